import { describe, expect, it } from '@jest/globals';
import { ApiError, ReconcileError } from '@kaito/controller-runtime';
import type { WorkspaceStatus } from '@kaito/types';

import { aMachine, observed, settings } from '../test/builders.ts';
import type { Observed } from './core/observed.ts';
import type { World } from './core/ports.ts';
import { reconcile } from './reconcile.ts';

const { signal } = new AbortController();

describe('reconcile', () => {
  it('has nothing to do for a Workspace that is gone', async () => {
    expect(
      await reconcile('default/llm', worldOf({ observe: async () => undefined }), settings, signal),
    ).toBeUndefined();
  });

  it('deletes the claims of a Workspace that is gone', async () => {
    const deleted: unknown[] = [];
    const world = worldOf({
      observe: async () => undefined,
      orphans: async () => [
        { target: 'Machine', metadata: aMachine('ws1').metadata },
        {
          target: 'Machine',
          metadata: aMachine('ws2', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }).metadata,
        },
      ],
      delete: async (target, object) => {
        deleted.push([target, object]);
      },
    });
    await reconcile('default/llm', world, settings, signal);
    expect(deleted).toEqual([['Machine', { name: 'ws1', namespace: undefined, uid: aMachine('ws1').metadata.uid }]]);
  });

  it('comes back when a deadline passes', async () => {
    const world = worldOf({}, { claims: [aMachine('ws1')] });
    expect(await reconcile('default/llm', world, settings, signal)).toBe(840_000);
  });

  it('stops between two actions when it is told to', async () => {
    const stop = new AbortController();
    const world = worldOf({
      createClaim: async () => {
        stop.abort();
      },
      apply: async () => {
        throw new Error('it went on');
      },
    });
    await expect(reconcile('default/llm', world, settings, stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
  });

  it.each<readonly [string, keyof World, Error, string]>([
    ['a refused machine', 'createClaim', new ApiError('Forbidden', 'machines is forbidden'), 'MachineReady'],
    ['a name that is taken', 'createClaim', new ReconcileError('ClaimNameTaken', 'taken', 'retry'), 'MachineReady'],
    ['a refused Deployment', 'apply', new ApiError('Invalid', 'spec.template: no'), 'InferenceReady'],
  ])('tells the user of %s, and fails', async (_, call, error, type) => {
    const written: WorkspaceStatus[] = [];
    const world = worldOf({
      [call]: async () => Promise.reject(error),
      writeStatus: async (_workspace, { status }) => {
        written.push(status);
      },
    });
    await expect(reconcile('default/llm', world, settings, signal)).rejects.toBe(error);
    expect(written).toHaveLength(1);
    expect(written[0]?.conditions?.find((condition) => condition.type === type)).toMatchObject({
      status: 'False',
      message: error.message,
    });
  });

  it('does not bother the user with what passes by itself', async () => {
    const error = new ApiError('Unavailable', 'etcd is being restarted');
    const world = worldOf({
      createClaim: async () => Promise.reject(error),
      writeStatus: async () => Promise.reject(new Error('told')),
    });
    await expect(reconcile('default/llm', world, settings, signal)).rejects.toBe(error);
  });
});

const done = async (): Promise<void> => undefined;

function worldOf(calls: Partial<World>, changes: Partial<Observed> = {}): World {
  return {
    observe: async () => observed(changes),
    orphans: async () => [],
    setFinalizers: done,
    createClaim: done,
    scalePool: done,
    apply: done,
    labelNode: done,
    delete: done,
    notify: () => undefined,
    writeStatus: done,
    ...calls,
  };
}
