import type { Control } from '@kaito/testkit';

import { capacityControls } from './capacity.ts';
import { classControls } from './classes.ts';
import { lifeControls } from './lives.ts';
import { toldControls } from './told.ts';
import { writeControls } from './writes.ts';

/** All of them, in the order of the statements. */
export const CONTROLS: readonly Control[] = [
  ...capacityControls,
  ...classControls,
  ...toldControls,
  ...writeControls,
  ...lifeControls,
].toSorted((one, other) => one.statement - other.statement);
