import { describe, expect, it } from '@jest/globals';

import { aWorkspace } from '../../test/builders.ts';
import { fixedCaches } from '../../test/fixed-caches.ts';
import { PendingReservations } from './pending-reservations.ts';

const first = aWorkspace({ metadata: { name: 'first', uid: 'uid-1' } });
const second = aWorkspace({ metadata: { name: 'second', uid: 'uid-2' } });
const written = async (): Promise<void> => undefined;

describe('PendingReservations', () => {
  it('refuse a node that is being taken by another Workspace, and no other', async () => {
    const pending = pendingOf([first, second]);
    const answer = Promise.withResolvers<undefined>();
    const taking = pending.during(first, ['a', 'b'], async () => answer.promise);
    let wrote = false;
    const late = pending.during(second, ['b', 'c'], async () => {
      wrote = true;
    });
    await expect(late).rejects.toMatchObject({
      reason: 'NodeTaken',
      disposition: 'retry',
      message: 'node b has just been taken by default/first',
    });
    expect(wrote).toBe(false);
    await pending.during(second, ['c'], written);
    answer.resolve(undefined);
    await taking;
    await pending.during(second, ['b'], written);
  });

  it('forget what could not be written', async () => {
    const pending = pendingOf([first, second]);
    await expect(pending.during(first, ['a'], async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(pending.during(second, ['a'], written)).resolves.toBeUndefined();
  });

  it('refuse a node that another Workspace counts on since it was looked at', async () => {
    const pending = pendingOf([{ ...first, status: { workerNodes: ['a'] } }, second]);
    await expect(pending.during(second, ['a'], written)).rejects.toThrow('taken by default/first');
    await expect(pending.during(first, ['a'], written)).resolves.toBeUndefined();
  });
});

function pendingOf(workspaces: Parameters<typeof fixedCaches>[0]): PendingReservations {
  return new PendingReservations(fixedCaches(workspaces, []).workspaces);
}
