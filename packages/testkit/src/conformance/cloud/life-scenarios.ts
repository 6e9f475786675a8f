import type { Script } from './script.ts';
import { A100 } from './specs.ts';

export type Play = (script: Script) => Promise<void>;

/** Making, unmaking and looking, while nothing goes wrong. */
export const lifeScenarios: Readonly<Record<string, Play>> = {
  'a pool is made, is seen on the way, and becomes Ready': async (script) => {
    await script.creatingForEver('ws1');
    await script.get('ws1');
    await script.list();
    await script.ready('ws2');
    await script.get('ws2');
    await script.list();
  },
  'a pool asked for twice is made once, whatever its phase': async (script) => {
    await script.creatingForEver('ws1');
    await script.create('ws1');
    await script.ready('ws2');
    await script.create('ws2', { vmSize: 'Standard_NC6s_v3' });
    await script.list();
  },
  'a name is taken while its pool is being deleted, and free afterwards': async (script) => {
    await script.ready('ws1');
    await script.cloud.stickNext('delete');
    await script.delete('ws1');
    await script.create('ws1');
    await script.cloud.removePool('ws1');
    await script.create('ws1');
  },
  'only the pool that was seen is deleted, not another one of its name': async (script) => {
    await script.ready('ws1');
    const seen = await script.etagOf('ws1', 'list');
    script.seen.push(seen === (await script.etagOf('ws1', 'get')), seen === undefined);
    await script.delete('ws1');
    await script.cloud.until('ws1', 'Gone');
    await script.deleteSeen('ws1', seen);
    await script.ready('ws1');
    await script.deleteSeen('ws1', seen);
    await script.deleteSeen('ws1', await script.etagOf('ws1', 'list'));
    await script.get('ws1');
  },
  'there is nothing to delete': async (script) => {
    await script.delete('ws1');
    await script.ready('ws1');
    await script.delete('ws1');
    await script.cloud.until('ws1', 'Gone');
    await script.delete('ws1');
    await script.get('ws1');
  },
  'a pool is deleted while it is being created': async (script) => {
    await script.creatingForEver('ws1');
    await script.delete('ws1');
    await script.cloud.until('ws1', 'Gone');
    await script.vms();
    await script.creatingForEver('ws1');
    await script.cloud.stickNext('delete');
    await script.delete('ws1');
    await script.list();
  },
  'a pool is deleted twice': async (script) => {
    await script.ready('ws1');
    await script.cloud.stickNext('delete');
    await script.delete('ws1');
    await script.delete('ws1');
    await script.get('ws1');
  },
  'a listing shows pools in transition, in the order of their names': async (script) => {
    await script.ready('ws3');
    await script.cloud.stickNext('delete');
    await script.delete('ws3');
    await script.creatingForEver('ws1');
    await script.ready('ws2');
    await script.list();
  },
  'pools of others are listed and stay': async (script) => {
    await script.cloud.addPool({
      name: 'batch',
      vmSize: A100,
      osDiskSizeGiB: 0,
      tags: { team: 'batch' },
      nodeLabels: { purpose: 'batch' },
      nodeTaints: [],
    });
    await script.ready('ws1');
    await script.delete('ws1');
    await script.cloud.until('ws1', 'Gone');
    await script.list();
    await script.vms();
  },
  'the VM runs before its pool is Ready, with the labels and taints of the pool': async (script) => {
    await script.creatingForEver('ws1');
    await script.vms();
    await script.cloud.untilVm('ws1', 'running');
    await script.get('ws1');
    await script.vms();
    await noteLabels(script);
  },
  'the VM goes before its pool does': async (script) => {
    await script.ready('ws1');
    await script.cloud.stickNext('delete');
    await script.delete('ws1');
    await script.cloud.untilVm('ws1', 'gone');
    await script.get('ws1');
  },
  'a pool made again gives its VM the same name and provider ID': async (script) => {
    await script.ready('ws1');
    const [before] = await script.cloud.vms();
    await script.delete('ws1');
    await script.cloud.until('ws1', 'Gone');
    await script.ready('ws1');
    const [after] = await script.cloud.vms();
    script.seen.push({
      isSame: before?.nodeName === after?.nodeName && before?.providerId === after?.providerId,
      nodeName: withoutCluster(after?.nodeName),
      providerId: withoutCluster(after?.providerId),
    });
  },
  'a pool that a person removed is not there any more': async (script) => {
    await script.ready('ws1');
    await script.cloud.removePool('ws1');
    await script.get('ws1');
    await script.vms();
    await script.delete('ws1');
  },
  'a pool does not know that its VM has vanished': async (script) => {
    await script.ready('ws1');
    await script.cloud.removeVm('ws1');
    await script.vms();
    await script.get('ws1');
    await script.delete('ws1');
    await script.cloud.until('ws1', 'Gone');
  },
  'a cluster that is stopped keeps its pools, and starts with the same machines': async (script) => {
    await script.ready('ws1');
    const [before] = await script.cloud.vms();
    const seen = await script.etagOf('ws1', 'list');
    await script.cloud.switchCluster('Stopped');
    await script.get('ws1');
    await script.list();
    await script.vms();
    await script.cloud.switchCluster('Running');
    await script.get('ws1');
    const [after] = await script.cloud.vms();
    script.seen.push(before?.providerId === after?.providerId, before?.nodeName === after?.nodeName);
    await script.deleteSeen('ws1', seen);
  },
  'a listing lags behind, a look at one pool does not': async (script) => {
    await script.cloud.change({ listsFromTheBeginning: true });
    await script.list();
    await script.create('ws1');
    await script.list();
    await script.get('ws1');
  },
};

const LABELS = [
  'agentpool',
  'kubernetes.azure.com/agentpool',
  'kubernetes.azure.com/cluster',
  'kubernetes.azure.com/role',
  'kubernetes.azure.com/accelerator',
  'kubernetes.io/arch',
  'kubernetes.io/os',
  'node.kubernetes.io/instance-type',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'kaito.sh/workspace',
];

async function noteLabels({ cloud, seen }: Script): Promise<void> {
  const [vm] = await cloud.vms();
  const labels = vm?.labels ?? {};
  seen.push(Object.fromEntries(LABELS.map((key) => [key, labels[key] ?? 'none'])));
  seen.push({ hostname: labels['kubernetes.io/hostname'] === vm?.nodeName });
}

/** Scale sets carry eight digits that differ from cluster to cluster. */
function withoutCluster(text: string | undefined): string | undefined {
  return text?.replace(/-\d{8}-/u, '-########-');
}
