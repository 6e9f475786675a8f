import type { Play } from './life-scenarios.ts';
import { A100, A100_FAMILY, poolNamed } from './specs.ts';

/** Everything that the cloud refuses, and operations that do not end as asked. */
export const troubleScenarios: Readonly<Record<string, Play>> = {
  'an aborted creation leaves a pool that is Canceled and can be deleted': async (script) => {
    await script.creatingForEver('ws1');
    await script.abort('ws1');
    await script.cloud.until('ws1', 'Canceled');
    await script.get('ws1');
    await script.create('ws1');
    await script.delete('ws1');
    await script.cloud.until('ws1', 'Gone');
  },
  'an abortion asked for twice is one': async (script) => {
    await script.cloud.change({ abortsForEver: true });
    await script.creatingForEver('ws1');
    await script.abort('ws1');
    await script.abort('ws1');
    await script.get('ws1');
  },
  'only what goes on is aborted': async (script) => {
    await script.abort('ws1');
    await script.ready('ws1');
    await script.abort('ws1');
    await script.cloud.change({ abortWhenOver: 'accepted' });
    await script.abort('ws1');
    await script.get('ws1');
    await script.cloud.stickNext('delete');
    await script.delete('ws1');
    await script.abort('ws1');
    await script.get('ws1');
  },
  'one operation at a time: others are refused, the pool itself is not': async (script) => {
    await script.cloud.change({ concurrency: 'serial' });
    await script.ready('ws1');
    await script.creatingForEver('ws2');
    await script.create('ws3');
    await script.delete('ws1');
    await script.delete('ws9');
    await script.delete('ws2');
    await script.cloud.until('ws2', 'Gone');
    await script.create('ws3');
  },
  'one operation at a time: a pool that goes holds up the others too': async (script) => {
    await script.cloud.change({ concurrency: 'serial' });
    await script.ready('ws1');
    await script.cloud.stickNext('delete');
    await script.delete('ws1');
    await script.create('ws2');
    await script.create('ws1');
    await script.list();
  },
  'a creation cancels the other ones where operations override each other': async (script) => {
    await script.cloud.change({ concurrency: 'override' });
    await script.creatingForEver('ws1');
    await script.creatingForEver('ws2');
    await script.list();
  },
  'where it must be aborted first, a pool in creation is not deleted': async (script) => {
    await script.cloud.change({ mustAbort: true, abortsForEver: true });
    await script.creatingForEver('ws1');
    await script.delete('ws1');
    await script.abort('ws1');
    await script.delete('ws1');
    await script.get('ws1');
  },
  'where it must be aborted first, an aborted pool is deleted': async (script) => {
    await script.cloud.change({ mustAbort: true });
    await script.creatingForEver('ws1');
    await script.abort('ws1');
    await script.cloud.until('ws1', 'Canceled');
    await script.delete('ws1');
    await script.cloud.until('ws1', 'Gone');
  },
  'a quota refuses a pool at once, with its figures, until another has gone': async (script) => {
    await script.cloud.change({ quotas: { [A100_FAMILY]: 30 } });
    await script.ready('ws1');
    await script.create('ws2');
    await script.create('ws3', { vmSize: 'Standard_NC6s_v3' });
    await script.get('ws2');
    await script.delete('ws1');
    await script.cloud.until('ws1', 'Gone');
    await script.create('ws2');
  },
  'a quota lets the operation fail, and the pool stays until it is deleted': async (script) => {
    await script.cloud.change({ quotas: { [A100_FAMILY]: 23 }, quotaToldBy: 'operation' });
    await script.create('ws1');
    await script.cloud.until('ws1', 'Failed');
    await script.get('ws1');
    await script.vms();
    await script.create('ws1');
    await script.delete('ws1');
    await script.cloud.until('ws1', 'Gone');
  },
  'the quota of the region counts every size': async (script) => {
    await script.cloud.change({ quotas: { cores: 28 } });
    await script.create('ws1', { vmSize: 'Standard_NC6s_v3' });
    await script.create('ws2');
    await script.cloud.change({ quotaToldBy: 'operation' });
    await script.create('ws2');
    await script.cloud.until('ws2', 'Failed');
    await script.get('ws2');
  },
  'capacity that is out is told by the operation': async (script) => {
    await script.cloud.change({ capacity: { [A100]: 1 } });
    await script.ready('ws1');
    await script.create('ws2');
    await script.cloud.until('ws2', 'Failed');
    await script.get('ws2');
    await script.vms();
    await script.delete('ws1');
    await script.cloud.until('ws1', 'Gone');
    await script.ready('ws3');
    await script.list();
  },
  'capacity that is out is told at once': async (script) => {
    await script.cloud.change({ capacity: { [A100]: 0 }, capacityToldBy: 'create' });
    await script.create('ws1');
    await script.list();
  },
  'sizes that there are not': async (script) => {
    await script.create('ws1', { vmSize: 'Standard_NC999_v9' });
    await script.create('ws1', { vmSize: 'big' });
    await script.cloud.change({ unavailableSizes: [A100] });
    await script.create('ws1');
    await script.list();
  },
  'a name that no pool may have': async (script) => {
    await script.create('Workspace1');
    await script.create('ws12345678901');
    await script.list();
  },
  'no more than a hundred pools': async (script) => {
    for (let index = 1; index < 100; index += 1) {
      await script.cloud.addPool(poolNamed(`p${index}`, { vmSize: 'Standard_D2s_v5' }));
    }
    await script.create('ws1');
    await script.cloud.removePool('p1');
    await script.create('ws1');
  },
  'Azure says how long it wants to be left alone': async (script) => {
    await script.cloud.order('throttled');
    await script.create('ws1');
    await script.get('ws1');
    await script.create('ws1');
  },
  'who asks for one pool too often is refused': async ({ cloud, seen }) => {
    await cloud.change({ inRealTime: true });
    let answer = await cloud.create(poolNamed('ws1'));
    for (let asked = 1; asked < 1_000 && (answer.isOk || answer.failure.kind === 'AlreadyExists'); asked += 1) {
      answer = await cloud.create(poolNamed('ws1'));
    }
    // how often it took depends on how fast one asks
    seen.push(answer.isOk ? 'never' : { kind: answer.failure.kind, code: answer.failure.code });
  },
  'a failed pool keeps its name until it is deleted': async (script) => {
    await script.cloud.order('creation-fails');
    await script.create('ws1');
    await script.cloud.until('ws1', 'Failed');
    await script.get('ws1');
    await script.vms();
    await script.abort('ws1');
    await script.create('ws1');
    await script.delete('ws1');
    await script.cloud.until('ws1', 'Gone');
    await script.ready('ws1');
    await script.get('ws1');
  },
  'a failed pool may have its VM all the same': async (script) => {
    await script.cloud.order('creation-fails-with-vm');
    await script.create('ws1');
    await script.cloud.until('ws1', 'Failed');
    await script.get('ws1');
    await script.vms();
    await script.delete('ws1');
    await script.cloud.until('ws1', 'Gone');
    await script.vms();
  },
  'a deletion that fails leaves the pool and its VM, and is asked for again': async (script) => {
    await script.ready('ws1');
    await script.cloud.order('deletion-fails');
    await script.delete('ws1');
    await script.cloud.until('ws1', 'Failed');
    await script.get('ws1');
    await script.vms();
    await script.delete('ws1');
    await script.cloud.until('ws1', 'Gone');
  },
};
