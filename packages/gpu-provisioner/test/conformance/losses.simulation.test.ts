import { describe, expect, it } from '@jest/globals';
import { annotations, labels, nodes } from '@kaito/types';

import { eras, readyWorld } from './eras.ts';
import { addPool, mark } from './marked-pools.ts';
import { CLAIM, ProvisionerWorld } from './provisioner-world.ts';
import { statement } from './statement.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

const NAMES = ['wsa', 'wsb', 'wsc', 'wsd', 'wse'];
const LOST = NAMES.slice(0, 4);
const STOPPED = 'CollectionStopped';

statement(37, 'a Node that somebody deletes, or makes vanish, takes its claim and its pool along', async () => {
  for (const options of eras({})) {
    for (const isForced of [false, true]) {
      const world = await readyWorld(options);
      // Not while it may still be a Node that comes back from a cluster that was stopped.
      await world.advance(10 * MINUTE_MS);
      const name = world.node()?.metadata.name ?? '';
      if (isForced) {
        world.patch(nodes, { name }, { metadata: { finalizers: null } });
      }
      world.delete(nodes, name);
      await world.until(() => world.isGone() && !world.hasPool(), 3 * MINUTE_MS);
      expect(world.events().some(({ reason }) => reason === 'NodeLost')).toBe(true);
    }
  }
});

statement(
  46,
  'a deletion that fails over a disruption budget is asked for again, and the claim waits for it',
  async () => {
    for (const options of eras({})) {
      const world = await readyWorld(options);
      const failure = {
        kind: 'Transient',
        code: 'PodDrainFailure',
        message: 'a disruption budget stands against it',
      } as const;
      world.cloud.fateOfNext('delete', { kind: 'Fails', failure });
      world.deleteClaim();
      await world.until(() => world.isGone());
      const phases = world.seen.pools.filter(({ name }) => name === CLAIM).map(({ phase }) => phase);
      expect(phases.slice(2)).toEqual(['Deleting', 'Failed', 'Deleting', 'Gone']);
      expect(world.seen.cloudCalls('delete')).toHaveLength(2);
    }
  },
);

statement(48, 'a marked pool without a claim is gone within three minutes of the start, or of its claim', async () => {
  for (const options of eras({})) {
    const world = new ProvisionerWorld(options);
    addPool(world, 'wsorphan', mark(world, 'wsorphan'));
    await world.until(() => !world.hasPool('wsorphan'), 3 * MINUTE_MS);
    world.createClaim();
    await world.until(() => world.isReady());
    world.removeClaim();
    await world.until(() => !world.hasPool() && world.node() === undefined, 3 * MINUTE_MS);
    expect(world.seen.cloudCalls('delete').map(({ target }) => target)).toEqual(
      ['wsorphan', CLAIM].map((name) => `agentpools/${name}`),
    );
  }
});

statement(48, 'a pool without our mark is never touched, whatever its name and its labels', async () => {
  for (const options of eras({})) {
    const world = new ProvisionerWorld(options);
    const ours = mark(world, 'wsother');
    addPool(world, 'wsnomark', {}, { [labels.workspace]: 'phi', [labels.machineType]: 'gpu' });
    addPool(world, 'wslegacy', {}, LEGACY_LABELS);
    addPool(world, 'wscluster', { ...mark(world, 'wscluster'), 'kaito-cluster': 'another' });
    addPool(world, 'wsname', ours);
    addPool(world, 'wspart', { 'kaito-claim': 'wspart' });
    const before = world.cloud.pools;
    await world.advance(60 * MINUTE_MS);
    expect(world.cloud.pools).toEqual(before);
    expect(world.seen.cloudCalls().filter(({ isWrite }) => isWrite)).toEqual([]);
  }
});

statement(49, 'a pool is collected after two looks, thirty seconds, and a read of both APIs right before', async () => {
  for (const options of eras({})) {
    const world = await readyWorld(options);
    const removedMs = world.nowMs;
    world.removeClaim();
    await world.until(() => world.seen.cloudCalls('delete').length > 0);
    const at = world.seen.calls.findIndex(({ system, verb }) => system === 'cloud' && verb === 'delete');
    const since = world.seen.calls.slice(0, at).filter(({ atMs }) => atMs >= removedMs);
    expect((world.seen.calls[at]?.atMs ?? 0) - removedMs).toBeGreaterThanOrEqual(30 * SECOND_MS);
    expect(since.some(({ system, verb }) => system === 'cloud' && /get|list/u.test(verb))).toBe(true);
    expect(since.slice(-2).map(({ target, verb }) => `${verb} ${target}`)).toEqual([
      `get machines/${CLAIM}`,
      `get nodeclaims/${CLAIM}`,
    ]);
  }
});

statement(49, 'a pool whose claim the source has is kept, though no cache shows a claim to serve', async () => {
  for (const options of eras({})) {
    const world = new ProvisionerWorld(options);
    const another = { spec: { nodeClassRef: { group: 'example.com', kind: 'Other', name: 'default' } } };
    world.createClaim(CLAIM, world.api === 'Machine' ? {} : another);
    await world.until(() => world.isReady());
    world.patchClaim({ metadata: { labels: { [labels.workspace]: null } } });
    await world.advance(30 * MINUTE_MS);
    expect(world.hasPool()).toBe(true);
    expect(world.seen.cloudCalls('delete')).toEqual([]);
  }
});

statement(50, 'a claim whose pool vanished is gone within three minutes of its Node not being Ready', async () => {
  for (const options of eras({})) {
    const world = await readyWorld(options);
    await world.advance(10 * MINUTE_MS);
    world.cloud.removePool(CLAIM);
    await world.until(() => isNotReady(world));
    await world.until(() => world.isGone(), 3 * MINUTE_MS);
  }
});

statement(53, 'claims stay while most of their pools are missing at once, until that has lasted', async () => {
  for (const options of eras({})) {
    const world = await readyWorld(options, ...NAMES);
    LOST.forEach((name) => {
      world.cloud.removePool(name);
    });
    await world.advance(14 * MINUTE_MS);
    expect(NAMES.filter((name) => world.isGone(name))).toEqual([]);
    expect(stops(world)).toEqual([
      expect.stringMatching(/^[34] of 5 agent pools are missing .*wsa, wsb, wsc.*15 min$/u),
    ]);
    await world.until(() => LOST.every((name) => world.isGone(name)), 15 * MINUTE_MS);
    expect(world.isReady('wse')).toBe(true);
  }
});

statement(53, 'pools stay while most of their claims are missing at once, until that has lasted', async () => {
  for (const options of eras({})) {
    const world = await readyWorld(options, ...NAMES);
    LOST.forEach((name) => {
      world.removeClaim(name);
    });
    await world.advance(14 * MINUTE_MS);
    expect(NAMES.filter((name) => !world.hasPool(name))).toEqual([]);
    expect(stops(world)).toEqual([expect.stringMatching(/^[34] of 5 agent pools have lost their claims/u)]);
    await world.until(() => LOST.every((name) => !world.hasPool(name)), 15 * MINUTE_MS);
    expect(world.hasPool('wse')).toBe(true);
  }
});

statement(53, 'a list that leaves most pools out is told of, costs nothing, and is forgotten once whole', async () => {
  for (const options of eras({})) {
    const world = await readyWorld(options, ...NAMES);
    world.cloud.hide(...LOST);
    await world.advance(11 * MINUTE_MS);
    expect(stops(world)).toHaveLength(1);
    world.cloud.hide();
    await world.advance(6 * MINUTE_MS);
    world.removeClaim('wsa');
    await world.until(() => !world.hasPool('wsa'), 3 * MINUTE_MS);
    expect(NAMES.filter((name) => world.isReady(name))).toEqual(NAMES.slice(1));
  }
});

describe('what costs without being wanted', () => {
  it('a deletion that takes longer than a quarter of an hour is told of, once, and waited for', async () => {
    for (const options of eras({ cloud: { deletionMs: 60 * MINUTE_MS } })) {
      const world = await readyWorld(options);
      world.deleteClaim();
      await world.advance(14 * MINUTE_MS);
      expect(slowness(world)).toEqual([]);
      await world.advance(40 * MINUTE_MS);
      expect(slowness(world)).toEqual([expect.stringMatching(/^agent pool ws\d+ has been in deletion since /u)]);
      await world.until(() => world.isGone(), 10 * MINUTE_MS);
    }
  });

  it('an operation that never ends does not keep a claim from its Node, nor from going', async () => {
    for (const options of eras({}, { cloud: { mustAbort: true } })) {
      const world = new ProvisionerWorld(options);
      world.cloud.fateOfNext('create', { kind: 'Sticks' });
      world.createClaim();
      await world.until(() => world.isReady());
      await world.advance(60 * MINUTE_MS);
      expect([world.isReady(), world.seen.cloudCalls('create').length]).toEqual([true, 1]);
      world.deleteClaim();
      await world.until(() => world.isGone() && !world.hasPool(), 10 * MINUTE_MS);
    }
  });

  it('a creation that somebody cancels, or that fails, is cleaned up and repeated', async () => {
    for (const options of eras({})) {
      for (const code of ['Canceled', 'OperationPreempted', 'InternalOperationError']) {
        const world = new ProvisionerWorld(options);
        const failure = { kind: 'Transient', code, message: 'it was not our fault' } as const;
        world.cloud.fateOfNext('create', { kind: 'Fails', failure });
        world.createClaim();
        await world.until(() => world.isReady() && world.seen.pools.at(-1)?.phase === 'Ready', 30 * MINUTE_MS);
        const phases = world.seen.pools.filter(({ name }) => name === CLAIM).map(({ phase }) => phase);
        expect(phases).toEqual(['Creating', 'Failed', 'Deleting', 'Gone', 'Creating', 'Ready']);
      }
    }
  });

  it('a pool of the Go gpu-provisioner is adopted in either era, goes with its claim, and never gets an update', async () => {
    for (const options of eras({})) {
      const world = new ProvisionerWorld(options);
      const ofEra = world.api === 'Machine' ? { [labels.provisionerName]: 'default' } : { [labels.nodePool]: 'kaito' };
      world.createClaim();
      const made = world.world.time.now().toISOString().replace(/\.\d+/u, '').replaceAll(':', '-');
      const owner = { [labels.workspace]: 'phi', [labels.workspaceNamespace]: 'default', [labels.machineType]: 'gpu' };
      addPool(world, CLAIM, {}, { ...owner, ...ofEra, [labels.creationTimestamp]: made });
      await world.until(() => world.isReady());
      expect(world.claim()?.metadata.annotations?.[annotations.adoptedPool]).toBe(`${CLAIM}/${made}`);
      world.patchClaim({ metadata: { labels: { [labels.workspaceNamespace]: 'edited' } } });
      await world.advance(MINUTE_MS);
      world.deleteClaim();
      await world.until(() => world.isGone());
      expect([world.hasPool(), world.seen.cloudCalls('create')]).toEqual([false, []]);
    }
  });
});

function slowness(world: ProvisionerWorld): readonly string[] {
  return world
    .events()
    .filter(({ reason }) => reason === 'AgentPoolDeletionSlow')
    .map(({ note }) => note);
}

const LEGACY_LABELS = {
  [labels.workspace]: 'phi',
  [labels.provisionerName]: 'default',
  [labels.machineType]: 'gpu',
};

function isNotReady(world: ProvisionerWorld): boolean {
  return world.node() === undefined || world.condition('Ready')?.status !== 'True' || !isNodeReady(world);
}

function isNodeReady(world: ProvisionerWorld): boolean {
  return /"type":"Ready","status":"True"|"status":"True","type":"Ready"/u.test(JSON.stringify(world.node() ?? {}));
}

function stops(world: ProvisionerWorld): readonly string[] {
  return world
    .events('kube-system')
    .filter(({ reason }) => reason === STOPPED)
    .map(({ note }) => note);
}
