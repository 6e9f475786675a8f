import type { Control } from './control.ts';
import { deletionControls } from './deletion.ts';
import { launchControls } from './launch.ts';

/** All of them, in the order of the statements. */
export const CONTROLS: readonly Control[] = [...launchControls, ...deletionControls].toSorted(
  (one, other) => one.statement - other.statement,
);
