import { taints } from '@kaito/types';
import type { Taint } from '@kaito/types';

import type { ClaimApi } from '../claim/claim.ts';
import { isSameTaint } from './taints.ts';

/** Of a Node that is still coming up, in either era. */
const COMING_UP: readonly Taint[] = [
  { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
  { key: 'node.cloudprovider.kubernetes.io/uninitialized', effect: 'NoSchedule' },
];

const KNOWN: Readonly<Record<ClaimApi, readonly Taint[]>> = {
  Machine: COMING_UP,
  NodeClaim: [...COMING_UP, taints.unregistered, { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }],
};

/** Of Nodes about whose readiness others decide. */
const READINESS_PREFIX = 'readiness.k8s.io/';

/** Whether the taint keeps a Node from being initialized, and goes without anybody's doing. */
export function isEphemeral(taint: Taint, api: ClaimApi): boolean {
  const isOfReadiness = api === 'NodeClaim' && taint.key.startsWith(READINESS_PREFIX);
  return isOfReadiness || KNOWN[api].some((one) => isSameTaint(one, taint));
}
