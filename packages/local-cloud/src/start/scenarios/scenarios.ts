import { slowDelete, stopStart } from './endings.ts';
import { nodeLost, twoNodes } from './losses.ts';
import { noCapacity, twoWantOneNode } from './waiting.ts';
import type { Scenario } from './scenario.ts';
import { failedOperation, throttle } from './setbacks.ts';
import { capacity, quota } from './shortage.ts';

/** The stories that `npm start -- --once --scenario NAME` tells. */
export const SCENARIOS: readonly Scenario[] = [
  quota,
  capacity,
  throttle,
  failedOperation,
  slowDelete,
  stopStart,
  twoWantOneNode,
  nodeLost,
  noCapacity,
  twoNodes,
];
