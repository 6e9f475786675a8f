import { beforeEach, describe, expect, it } from '@jest/globals';

import { VirtualTime } from '../time/virtual-time.ts';
import { Cloud } from './cloud.ts';
import type { PoolRequest } from './stored-pool.ts';

const spec: PoolRequest = {
  name: 'ws1',
  vmSize: 'Standard_NC24ads_A100_v4',
  osDiskSizeGiB: 120,
  tags: { owner: 'me' },
  nodeLabels: { 'kaito.sh/workspace': 'phi' },
  nodeTaints: ['sku=gpu:NoSchedule'],
};

describe('the cloud', () => {
  let schedule: VirtualTime;
  let cloud: Cloud;

  beforeEach(() => {
    schedule = new VirtualTime();
    cloud = new Cloud({ schedule, existing: [] });
  });

  it('gives the VM of a pool made again the same name and provider ID, and another id', () => {
    cloud.create(spec);
    schedule.advance(140_000);
    const [first] = cloud.vms();
    cloud.delete({ name: 'ws1' });
    schedule.advance(120_000);
    expect([cloud.pools, cloud.vms()]).toEqual([[], []]);
    cloud.create(spec);
    schedule.advance(80_000);
    const [second] = cloud.vms();
    expect(second).toMatchObject({ nodeName: first?.nodeName, providerId: first?.providerId, gpus: 1 });
    expect([first?.id, second?.id]).toEqual(['vm-1', 'vm-2']);
  });

  it('tells when VMs come and go, before their pool is Ready and before it is gone', () => {
    const seen: string[] = [];
    cloud.onChange(() => seen.push(`${cloud.vms().length} VM, ${cloud.pools.map(({ phase }) => phase).join()}`));
    cloud.create(spec);
    schedule.advance(140_000);
    cloud.delete({ name: 'ws1' });
    schedule.advance(120_000);
    expect(seen).toEqual(['1 VM, Creating', '0 VM, Deleting']);
  });

  it('lists the pools of a while ago where listings lag, while a single pool is read fresh', () => {
    cloud.change({ listLagMs: 5_000 });
    schedule.advance(10_000);
    cloud.create(spec);
    expect(cloud.list()).toEqual({ isOk: true, value: [] });
    expect(cloud.get('ws1')).toMatchObject({ value: { phase: 'Creating' } });
    schedule.advance(5_000);
    expect(cloud.list()).toMatchObject({ value: [{ name: 'ws1' }] });
  });

  it('shows every earlier state by its version', () => {
    const before = cloud.version;
    cloud.create(spec);
    schedule.advance(140_000);
    expect(cloud.asOf(before).list()).toEqual({ isOk: true, value: [] });
    expect(cloud.asOf(before + 1).get('ws1')).toMatchObject({ value: { phase: 'Creating' } });
    expect(cloud.get('ws1')).toMatchObject({ value: { phase: 'Ready' } });
  });

  it('puts pools into the zones that have room, one after the other', () => {
    const size = spec.vmSize;
    cloud.change({ capacity: { [`${size}/1`]: 0, [`${size}/2`]: 1 }, capacityToldBy: 'create' });
    expect(cloud.create({ ...spec, zones: ['1', '2'] })).toMatchObject({ isOk: true });
    expect(cloud.create({ ...spec, name: 'ws2', zones: ['1', '2'] })).toMatchObject({
      failure: { kind: 'SkuUnavailable', code: 'SkuNotAvailable' },
    });
    schedule.advance(80_000);
    expect(cloud.vms()[0]?.labels['topology.kubernetes.io/zone']).toBe('eastus-2');
  });

  it('says how long to wait once a pool was asked for too often', () => {
    for (let tries = 0; tries < 20; tries += 1) {
      cloud.create(spec);
    }
    expect(cloud.create(spec)).toMatchObject({ failure: { code: 'Throttled', retryAfterMs: 60_000 } });
    schedule.advance(60_000);
    expect(cloud.create(spec)).toMatchObject({ failure: { kind: 'AlreadyExists' } });
  });
});
