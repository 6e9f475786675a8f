import { expect } from '@jest/globals';
import { nodes } from '@kaito/types';

import { ConsumerWorld, eras, readyWorld } from './consumer-world.ts';
import { statement } from './statement.ts';

const MINUTE_MS = 60_000;
const GPUS = { 'nvidia.com/gpu': '1' };

statement(60, 'a Workspace serves on a claim that tells no capacity, allocatable, image and size', async () => {
  for (const options of eras({})) {
    const world = await readyWorld(options);
    const [claim] = world.claims();
    expect(claim).toHaveProperty('status.nodeName');
    for (const member of ['capacity', 'allocatable', 'imageID']) {
      expect(claim?.['status']).not.toHaveProperty(member);
    }
    expect(claim?.metadata.labels).not.toHaveProperty('node.kubernetes.io/instance-type');
    expect(world.made).toHaveLength(1);
  }
});

statement(60, 'it serves as well on one that tells them', async () => {
  for (const options of eras({})) {
    const world = new ConsumerWorld(options);
    world.standIn.capacity = GPUS;
    world.apply();
    await world.until(() => world.isReady());
    expect(world.made).toHaveLength(1);
  }
});

statement(60, 'it serves with gpu-provisioner, which tells them late', async () => {
  for (const options of eras({ provisioner: 'gpu-provisioner' })) {
    const world = await readyWorld(options);
    expect(world.made).toHaveLength(1);
    expect(world.claims()).toHaveLength(1);
  }
});

statement(67, 'GPUs that only the claim tells of are waited for on the Node, by name', async () => {
  for (const options of eras({ cluster: { devicePluginMs: Number.POSITIVE_INFINITY } })) {
    const world = new ConsumerWorld(options);
    world.standIn.capacity = GPUS;
    world.apply();
    await world.until(() => world.message('ResourceReady').includes('nvidia.com/gpu'));
    await world.advance(60 * MINUTE_MS);
    expect(world.condition('ResourceReady')?.status).toBe('False');
    const node = world.standIn.nodeNameOf(world.claims()[0]?.metadata.name ?? '');
    expect(world.message('ResourceReady')).toContain(node);
    expect(world.made).toHaveLength(1);
  }
});

statement(
  67,
  'a device that a Node has and cannot give counts for nothing; one that it can give is enough',
  async () => {
    for (const options of eras({ cluster: { devicePluginMs: Number.POSITIVE_INFINITY } })) {
      const world = new ConsumerWorld(options);
      world.standIn.capacity = { 'nvidia.com/gpu': '0' };
      world.apply();
      await world.until(() => world.message('ResourceReady').includes('nvidia.com/gpu'));
      const name = world.standIn.nodeNameOf(world.claims()[0]?.metadata.name ?? '');
      world.patchStatus(nodes, { name }, { capacity: GPUS, allocatable: { 'nvidia.com/gpu': '0' } });
      await world.advance(MINUTE_MS);
      expect(world.condition('ResourceReady')?.status).toBe('False');
      world.patchStatus(nodes, { name }, { allocatable: GPUS });
      await world.until(() => world.isReady());
    }
  },
);
