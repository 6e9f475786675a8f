import type { Control } from '@kaito/testkit';

import { deletionControls } from './deletion.ts';
import { drainControls } from './drain.ts';
import { figureControls } from './figures.ts';
import { healthControls } from './health.ts';
import { huntingControls } from './hunting.ts';
import { launchControls } from './launch.ts';
import { lossControls } from './losses.ts';
import { nodeControls } from './nodes.ts';
import { servedClaimControls } from './served-claims.ts';

/** All of them, in the order of the statements. */
export const CONTROLS: readonly Control[] = [
  ...servedClaimControls,
  ...huntingControls,
  ...launchControls,
  ...deletionControls,
  ...lossControls,
  ...figureControls,
  ...nodeControls,
  ...drainControls,
  ...healthControls,
].toSorted((one, other) => one.statement - other.statement);
