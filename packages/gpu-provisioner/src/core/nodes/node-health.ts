import type { Node } from '@kaito/types';

import type { Settings } from '../settings.ts';
import { plusMs } from '../time.ts';
import { notReadySince } from './node-match.ts';

/** When a Node that is not Ready is given up; undefined: it is Ready, or none ever is. */
export function unhealthyAt(
  node: Node,
  { isNodeRepairOn, nodeUnhealthyMs }: Pick<Settings, 'isNodeRepairOn' | 'nodeUnhealthyMs'>,
): Date | undefined {
  const since = notReadySince(node);
  return since === undefined || !isNodeRepairOn ? undefined : plusMs(since, nodeUnhealthyMs);
}
