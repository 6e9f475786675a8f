import type { CloudBehaviour } from '../../cloud/behaviour.ts';
import { Cloud } from '../../cloud/cloud.ts';
import type { OperationFate } from '../../cloud/mischief.ts';
import { refusals, throttled } from '../../cloud/refusals.ts';
import { VirtualTime } from '../../time/virtual-time.ts';
import type { CloudDriver, CloudTerms, SeenVm, Trouble } from './cloud-driver.ts';

const FOR_EVER_MS = 1_000_000_000;

/** The driver of the model: whoever waits lets time pass. */
export function modelCloud(): CloudDriver {
  const schedule = new VirtualTime();
  const cloud = new Cloud({ schedule });
  return {
    create: async (spec) => cloud.create(spec),
    delete: async (pool) => cloud.delete(pool),
    abort: async (name) => cloud.abort(name),
    get: async (name) => cloud.get(name),
    list: async () => cloud.list(),
    skus: async () => cloud.skus(),
    usages: async () => cloud.usages(),
    change: async (terms) => {
      cloud.change(behaviourOf(terms));
    },
    stickNext: async (verb) => {
      cloud.fateOfNext(verb, { kind: 'Sticks' });
    },
    cutNext: async (verb, when) => {
      cloud.cutNext(verb, when);
    },
    order: async (trouble) => {
      order(cloud, trouble);
    },
    addPool: async (spec) => {
      cloud.addPool(spec);
    },
    removePool: async (name) => {
      cloud.removePool(name);
    },
    removeVm: async (pool) => {
      cloud.removeVm(pool);
    },
    switchCluster: async (to) => {
      cloud.switchCluster(to);
    },
    vms: async () => seenVms(cloud),
    until: async (name, phase) => {
      schedule.until(() => (cloud.pools.find((pool) => pool.name === name)?.phase ?? 'Gone') === phase);
    },
    untilVm: async (pool, state) => {
      schedule.until(() => seenVms(cloud).some((vm) => vm.pool === pool) === (state === 'running'));
    },
  };
}

const CREATION_FAILS = { kind: 'Fails', failure: refusals.noCapacity } as const satisfies OperationFate;

function order(cloud: Cloud, trouble: Trouble): void {
  switch (trouble) {
    case 'throttled':
      cloud.refuseNext('create', throttled(17_000));
      break;
    case 'creation-fails':
      cloud.fateOfNext('create', CREATION_FAILS);
      break;
    case 'creation-fails-with-vm':
      cloud.fateOfNext('create', { ...CREATION_FAILS, leavesVm: true });
      break;
    case 'deletion-fails':
      cloud.fateOfNext('delete', {
        kind: 'Fails',
        failure: { kind: 'Transient', code: 'DeleteVMSSAgentPoolFailed', message: 'the scale set stays' },
      });
      break;
    default:
      trouble satisfies never;
  }
}

function behaviourOf(terms: CloudTerms): Partial<CloudBehaviour> {
  const { abortsForEver, inRealTime, listsFromTheBeginning, ...same } = terms;
  return {
    ...same,
    ...(inRealTime === true && { isThrottled: true }),
    ...(abortsForEver === true && { abortMs: FOR_EVER_MS }),
    ...(listsFromTheBeginning === true && { listLagMs: FOR_EVER_MS }),
  };
}

function seenVms(cloud: Cloud): readonly SeenVm[] {
  return cloud.vms().filter(({ pool }) => pool !== 'system');
}
