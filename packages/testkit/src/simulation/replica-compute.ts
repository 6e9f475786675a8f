import type { Compute } from '@kaito/gpu-provisioner';

import type { Cloud } from '../cloud/cloud.ts';
import { refusals, no } from '../cloud/refusals.ts';
import type { Gate } from './gate.ts';
import type { Replica } from './replica.ts';

/** What the region offers, as one replica of the provisioner reads it; nothing goes wrong there by itself. */
export function replicaCompute(cloud: Cloud, gate: Gate, replica: Replica): Compute {
  const call = { system: 'compute', isWrite: false, isCounted: false, fail: () => no(refusals.noAnswer) } as const;
  return {
    skus: async (signal) =>
      gate.pass({ ...call, verb: 'list', target: 'skus', act: () => cloud.skus() }, replica, signal),
    usages: async (signal) =>
      gate.pass({ ...call, verb: 'list', target: 'usages', act: () => cloud.usages() }, replica, signal),
  };
}
