import { expect } from '@jest/globals';
import type { KubernetesObject } from '@kaito/controller-runtime';
import { annotations, finalizers, labels, nodes } from '@kaito/types';

import { ERAS } from './claim-apis.ts';
import { ConsumerWorld, eras, readyWorld } from './consumer-world.ts';
import { statement } from './statement.ts';

const MARKS = [labels.registered, labels.initialized];

statement(61, 'a claim is created and deleted, and nothing else is ever written on it', async () => {
  for (const options of eras({})) {
    const world = await liveThrough(options);
    const { plural } = ERAS[world.api].type;
    const requests = world.seen.calls.filter(({ isWrite, target }) => isWrite && target.startsWith(`${plural}/`));
    expect([...new Set(requests.map(({ verb }) => verb))].toSorted()).toEqual(['create', 'delete']);
    for (const { claim } of world.made) {
      expect(claim).not.toHaveProperty('status');
      expect(claim.metadata.finalizers ?? []).toEqual([]);
      expect(MARKS.filter((mark) => mark in (claim.metadata.labels ?? {}))).toEqual([]);
    }
  }
});

statement(61, "what the provisioner marks on a Node stays the provisioner's", async () => {
  for (const options of eras({})) {
    const world = await liveThrough(options);
    const writes = world.seen.ownWrites(nodes.plural);
    expect(writes.length).toBeGreaterThan(0);
    for (const { before, object } of writes) {
      expect(marksOf(object)).toEqual(marksOf(before));
      expect(object.metadata.finalizers).toEqual(before?.metadata.finalizers);
      expect(object['status']).toEqual(before?.['status']);
    }
  }
});

statement(61, 'a claim whose provisioner has not seen it yet is left without finalizer and status', async () => {
  for (const options of eras({})) {
    const world = new ConsumerWorld(options);
    const { type } = ERAS[world.api];
    world.apply();
    await world.until(() => world.made.length === 1);
    await world.advance(50);
    const [claim] = world.list(type);
    expect(claim?.metadata.finalizers ?? []).not.toContain(finalizers.termination);
    expect(claim).not.toHaveProperty('status');
  }
});

/** From the first claim to the last, with a Node that is ill for a while. */
async function liveThrough(options: Parameters<typeof readyWorld>[0]): Promise<ConsumerWorld> {
  const world = await readyWorld(options);
  const [claim] = world.claims();
  const { name = '' } = claim?.metadata ?? {};
  world.standIn.setReady(name, 'False');
  await world.advance(60_000);
  world.standIn.setReady(name, 'True');
  await world.until(() => world.isReady());
  world.deleteWorkspace();
  await world.until(() => world.isGone());
  return world;
}

function marksOf(node: KubernetesObject | undefined): readonly unknown[] {
  const { annotations: told = {}, labels: own = {} } = node?.metadata ?? {};
  return [...MARKS.map((mark) => own[mark]), told[annotations.linked]];
}
