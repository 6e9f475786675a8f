import { expect } from '@jest/globals';
import type { FaultKind } from '@kaito/testkit';
import { finalizers, labels } from '@kaito/types';
import * as z from 'zod';

import { CLAIM_APIS, claimType } from './claims.ts';
import type { ClaimApi, ClaimParts } from './claims.ts';
import { CLAIM, ProvisionerWorld } from './provisioner-world.ts';
import { statement } from './statement.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** By then one replica leads. */
const SETTLED_MS = 5_000;
const LEASE_MS = 15_000;
const Provided = z.object({ status: z.object({ providerID: z.string().optional() }).prefault({}) });
const FOREIGN_CLASS = { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' };
const NO_KAITO_LABELS = { [labels.workspace]: undefined, [labels.workspaceNamespace]: undefined };

statement(1, 'the finalizer is on the claim when the create is sent, whichever answer is lost', async () => {
  for (const api of CLAIM_APIS) {
    for (const lost of [undefined, 'timed-out-though-done'] as const) {
      let patches = 0;
      const world = new ProvisionerWorld({
        api,
        fault: ({ target, verb }) => {
          patches += verb === 'patch' && target.endsWith(CLAIM) ? 1 : 0;
          return patches === 1 ? lost : undefined;
        },
      });
      const guardedAtCreate: boolean[] = [];
      world.cloud.onEvent((event) => {
        if (event.kind === 'PoolChanged' && event.pool.phase === 'Creating') {
          guardedAtCreate.push(world.claim()?.metadata.finalizers?.includes(finalizers.termination) ?? false);
        }
      });
      world.createClaim();
      await world.until(() => world.hasPool());
      expect(guardedAtCreate).toEqual([true]);
    }
  }
});

statement(2, 'a NodeClaim of a foreign class keeps its resourceVersion, alive and deleted', async () => {
  await neverWritten('NodeClaim', { labels: NO_KAITO_LABELS, spec: { nodeClassRef: FOREIGN_CLASS } });
});

statement(3, 'a Machine without a label of Kaito keeps its resourceVersion, alive and deleted', async () => {
  await neverWritten('Machine', { labels: NO_KAITO_LABELS });
});

statement(4, 'the class or one label of Kaito is enough, in a cluster without the CRD of classes', async () => {
  const served: readonly ClaimParts[] = [
    { labels: NO_KAITO_LABELS },
    { spec: { nodeClassRef: FOREIGN_CLASS } },
    { labels: { ...NO_KAITO_LABELS, [labels.ragEngine]: 'rag' }, spec: { nodeClassRef: FOREIGN_CLASS } },
  ];
  for (const parts of served) {
    const world = new ProvisionerWorld({ api: 'NodeClaim' });
    world.createClaim(CLAIM, parts);
    await world.until(() => world.isReady());
    expect(world.seen.calls.filter(({ target }) => target.includes('kaitonodeclass'))).toEqual([]);
  }
});

statement(8, 'two replicas, of which the leader stands still or dies at any request, send one create', async () => {
  for (const api of CLAIM_APIS) {
    const undisturbed = await readyPair(api, undefined);
    for (let at = 0; at < undisturbed.world.effectCount; at += 1) {
      for (const kind of ['two-leaders', 'crash-after'] as const) {
        const world = await readyPair(api, { at, kind });
        const creating = world.seen.pools.filter(({ name, phase }) => name === CLAIM && phase === 'Creating');
        expect({ api, at, kind, pools: creating.length }).toEqual({ api, at, kind, pools: 1 });
        world.end();
      }
    }
  }
});

statement(9, 'the provider ID is one and the same in every write, of this process and of the next', async () => {
  for (const api of CLAIM_APIS) {
    const world = await readyPair(api, undefined);
    const providerId = providerIdOf(world);
    world.crash();
    await world.advance(MINUTE_MS);
    expect([typeof providerId, providerIdOf(world)]).toEqual(['string', providerId]);
    const written = world.seen.ownWrites(claimType(api).plural, CLAIM).map(({ object }) => Provided.parse(object));
    expect(new Set(written.flatMap(({ status }) => status.providerID ?? []))).toEqual(new Set([providerId]));
  }
});

statement(56, 'a replica that cannot renew its lease writes nothing from before the lease ends', async () => {
  for (const api of CLAIM_APIS) {
    for (const afterSeconds of [0, 15, 62, 95]) {
      let cut: { readonly identity: string; readonly atMs: number } | undefined;
      const world: ProvisionerWorld = new ProvisionerWorld({
        api,
        replicas: 2,
        isCutOff: (_call, { identity }) => identity === cut?.identity,
      });
      await world.advance(SETTLED_MS);
      world.createClaim();
      await world.advance(afterSeconds * SECOND_MS);
      const renewal = world.seen.calls.findLast(({ isWrite, target }) => isWrite && isLease(target));
      cut = { identity: renewal?.by ?? '', atMs: renewal?.atMs ?? 0 };
      await world.advance(2 * MINUTE_MS);
      world.deleteClaim();
      await world.until(() => world.isGone());
      const late = world.seen.calls.filter(
        ({ atMs, by, isWrite, target }) =>
          by === cut.identity && isWrite && !isLease(target) && atMs > cut.atMs + LEASE_MS,
      );
      expect({ afterSeconds, late }).toEqual({ afterSeconds, late: [] });
    }
  }
});

function isLease(target: string): boolean {
  return target.startsWith('leases/');
}

async function neverWritten(api: ClaimApi, parts: ClaimParts): Promise<void> {
  const world = new ProvisionerWorld({ api });
  world.createClaim(CLAIM, parts);
  const version = world.claim()?.metadata.resourceVersion;
  await world.advance(5 * MINUTE_MS);
  expect(world.claim()?.metadata.resourceVersion).toBe(version);
  expect(world.seen.cloudCalls('create')).toEqual([]);
  world.patchClaim({ metadata: { finalizers: ['example.com/held'] } });
  world.deleteClaim();
  await world.advance(MINUTE_MS);
  expect(world.seen.ownWrites(claimType(api).plural)).toEqual([]);
}

/** Two replicas, and a claim that became Ready though this befell one of their requests. */
async function readyPair(
  api: ClaimApi,
  planned: { readonly at: number; readonly kind: FaultKind } | undefined,
): Promise<ProvisionerWorld> {
  const world = new ProvisionerWorld({
    api,
    replicas: 2,
    fault: ({ index }) => (index === planned?.at ? planned.kind : undefined),
  });
  world.createClaim();
  await world.until(() => world.isReady());
  return world;
}

function providerIdOf(world: ProvisionerWorld): string | undefined {
  return Provided.parse(world.claim()).status.providerID;
}
