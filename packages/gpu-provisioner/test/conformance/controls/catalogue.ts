import type { Control } from './control.ts';
import { deletionControls } from './deletion.ts';
import { launchControls } from './launch.ts';
import { lossControls } from './losses.ts';
import { servedClaimControls } from './served-claims.ts';

/** All of them, in the order of the statements. */
export const CONTROLS: readonly Control[] = [
  ...servedClaimControls,
  ...launchControls,
  ...deletionControls,
  ...lossControls,
].toSorted((one, other) => one.statement - other.statement);
