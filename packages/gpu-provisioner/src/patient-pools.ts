import type { Clock } from '@kaito/controller-runtime';

import type { AgentPools, Answer, CloudFailure } from './core/pools/cloud.ts';
import { msBetween, plusMs } from './core/time.ts';

/** What Azure counts together: a create by the pool it makes, everything else on agent pools by the subscription. */
type Bucket = 'other' | `create ${string}`;

/**
 * Keeps silent where Azure asked for silence: what would be sent before the time has passed is refused here, with the
 * time that is left, as Azure would. It never waits.
 */
export function patientPools(pools: AgentPools, clock: Clock): AgentPools {
  const quietUntil = new Map<Bucket, { readonly until: Date; readonly failure: CloudFailure }>();
  const patient = async <T>(bucket: Bucket, send: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    const quiet = quietUntil.get(bucket);
    const leftMs = quiet === undefined ? 0 : msBetween(clock.now(), quiet.until);
    if (quiet?.failure.kind === 'Transient' && leftMs > 0) {
      return { isOk: false, failure: { ...quiet.failure, retryAfterMs: leftMs } };
    }
    quietUntil.delete(bucket);
    const answer = await send();
    if (!answer.isOk && answer.failure.kind === 'Transient' && answer.failure.retryAfterMs !== undefined) {
      quietUntil.set(bucket, { until: plusMs(clock.now(), answer.failure.retryAfterMs), failure: answer.failure });
    }
    return answer;
  };
  return {
    create: async (spec, signal) => patient(`create ${spec.name}`, async () => pools.create(spec, signal)),
    delete: async (pool, signal) => patient('other', async () => pools.delete(pool, signal)),
    abort: async (name, signal) => patient('other', async () => pools.abort(name, signal)),
    get: async (name, signal) => patient('other', async () => pools.get(name, signal)),
    list: async (signal) => patient('other', async () => pools.list(signal)),
  };
}
