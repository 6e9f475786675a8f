import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '@kaito/testkit';

import { aPool } from '../test/builders.ts';
import type { AgentPools, AgentPoolSpec, Answer } from './core/pools/cloud.ts';
import { patientPools } from './patient-pools.ts';

const { signal } = new AbortController();
const throttled = { kind: 'Transient', code: 'Throttled', message: 'later', retryAfterMs: 17_000 } as const;
const refused: Answer<never> = { isOk: false, failure: throttled };

let clock: FakeClock;
let sent: string[];
let isThrottled: boolean;
let pools: AgentPools;

beforeEach(() => {
  clock = new FakeClock();
  sent = [];
  isThrottled = true;
  const answer = <T>(verb: string, value: T): Answer<T> => {
    sent.push(verb);
    return isThrottled ? refused : { isOk: true, value };
  };
  pools = patientPools(
    {
      create: async ({ name }) => answer(`create ${name}`, aPool()),
      delete: async () => answer('delete', 'accepted'),
      abort: async () => answer('abort', 'accepted'),
      get: async () => answer('get', undefined),
      list: async () => answer('list', []),
    },
    clock,
  );
});

describe('after Azure has asked for silence', () => {
  it('nothing goes to that bucket before the time has passed, to the millisecond', async () => {
    expect(await pools.list(signal)).toEqual(refused);
    isThrottled = false;
    await clock.advance(16_999);
    const asked = [
      pools.list(signal),
      pools.get('wsa', signal),
      pools.delete(aPool(), signal),
      pools.abort('wsa', signal),
    ];
    const left: Answer<never> = { isOk: false, failure: { ...throttled, retryAfterMs: 1 } };
    expect(await Promise.all(asked)).toEqual([left, left, left, left]);
    expect(sent).toEqual(['list']);
    await clock.advance(1);
    expect(await pools.list(signal)).toEqual({ isOk: true, value: [] });
  });

  it('the creates of other pools go on', async () => {
    await pools.create(spec('wsa'), signal);
    await pools.create(spec('wsa'), signal);
    await pools.create(spec('wsb'), signal);
    await pools.list(signal);
    expect(sent).toEqual(['create wsa', 'create wsb', 'list']);
  });

  it('a failure that names no time is not waited for', async () => {
    const plain = patientPools({ ...pools, get: async () => ({ isOk: false, failure: passing }) }, clock);
    await plain.get('wsa', signal);
    expect(await plain.delete(aPool(), signal)).toEqual(refused);
  });
});

const passing = { kind: 'Transient', code: 'ServiceUnavailable', message: 'later' } as const;

function spec(name: string): AgentPoolSpec {
  return { name, vmSize: 'v', osDiskSizeGiB: 0, tags: {}, nodeLabels: {}, nodeTaints: [] };
}
