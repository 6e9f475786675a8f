import type { Play } from './deployment-scenarios.ts';

function affinity(...terms: readonly (readonly [key: string, operator: string, values?: readonly string[]])[]): {
  readonly affinity: unknown;
} {
  const nodeSelectorTerms = terms.map(([key, operator, values]) => ({
    matchExpressions: [{ key, operator, ...(values !== undefined && { values }) }],
  }));
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } };
}

const GPU_TAINT = { key: 'sku', value: 'gpu', effect: 'NoSchedule' };

/** Where pods go, and where they may not. */
export const schedulingScenarios: Readonly<Record<string, Play>> = {
  'a pod waits for a node': async (stage) => {
    await stage.makePod({});
    await stage.look();
    await stage.makeNode('a');
    await stage.look();
  },
  'a GPU is given once, and again when it is free': async (stage) => {
    await stage.makeNode('a', { gpus: 1 });
    await stage.comesUp(stage.deploy({ replicas: 2, gpus: 1 }));
    await stage.deletePod();
    await stage.look();
    await stage.stopPods();
    await stage.look();
    await stage.scale(1);
    await stage.look();
  },
  'a GPU is there only once the device plugin says so': async (stage) => {
    await stage.makeNode('a');
    await stage.makePod({ gpus: 2 });
    await stage.look();
    await stage.offer('a', { gpus: 1 });
    await stage.look();
    await stage.offer('a', { gpus: 2 });
    await stage.look();
  },
  'a node has only so much of a processor': async (stage) => {
    await stage.makeNode('a', { cpu: '2' });
    const containers = [{ name: 'server', image: 'server:1', resources: { requests: { cpu: '1500m' } } }];
    await stage.deploy({ replicas: 2, pod: { containers } });
    await stage.look();
    await stage.scale(1);
    await stage.look();
  },
  'a node lacks more than one thing': async (stage) => {
    await stage.makeNode('a', { cpu: '2', gpus: 1 });
    const resources = { requests: { cpu: '4', memory: '64Gi' }, limits: { 'nvidia.com/gpu': '2', memory: '64Gi' } };
    await stage.makePod({ pod: { containers: [{ name: 'server', image: 'server:1', resources }] } });
    await stage.look();
  },
  'a node has reasons of its own each': async (stage) => {
    await stage.makeNode('a', { taints: [GPU_TAINT] });
    await stage.makeNode('b', { gpus: 1 });
    await stage.makeNode('c', { labels: { kind: 'small' }, gpus: 2 });
    await stage.makeNode('d', { gpus: 2 });
    await stage.cordon('d', true);
    await stage.makePod({ gpus: 2, pod: affinity(['kind', 'DoesNotExist']) });
    await stage.look();
  },
  'a number decides between nodes': async (stage) => {
    await stage.makeNode('a', { labels: { memory: '40' } });
    await stage.makeNode('b', { labels: { memory: '80' } });
    await stage.makePod({ pod: affinity(['memory', 'Gt', ['40']]) });
    await stage.look();
  },
  'one of several affinity terms is enough': async (stage) => {
    await stage.makeNode('a', { labels: { kind: 'small' } });
    await stage.makeNode('b', { labels: { apps: 'phi' } });
    await stage.makePod({ pod: affinity(['kind', 'In', ['large']], ['apps', 'In', ['phi']]) });
    await stage.look();
  },
  'no affinity term fits': async (stage) => {
    await stage.makeNode('a', { labels: { kind: 'small' } });
    await stage.makePod({ pod: affinity(['kind', 'In', ['large']], ['apps', 'Exists']) });
    await stage.look();
  },
  'a label that must not be': async (stage) => {
    await stage.makeNode('a', { labels: { kind: 'small' } });
    await stage.makeNode('b');
    await stage.makePod({ pod: affinity(['kind', 'DoesNotExist']) });
    await stage.look();
  },
  'a label that must not be so': async (stage) => {
    await stage.makeNode('a', { labels: { kind: 'small' } });
    await stage.makeNode('b', { labels: { kind: 'large' } });
    await stage.makePod({ pod: affinity(['kind', 'NotIn', ['small']]) });
    await stage.look();
  },
  'a selector that no node fulfils': async (stage) => {
    await stage.makeNode('a');
    await stage.makePod({ pod: { nodeSelector: { kind: 'large' } } });
    await stage.look();
  },
  'a taint keeps away whoever does not tolerate it': async (stage) => {
    await stage.makeNode('a', { taints: [GPU_TAINT] });
    await stage.makePod({ pod: { tolerations: [{ key: 'sku', operator: 'Equal', value: 'cpu' }] } });
    await stage.look();
  },
  'a taint is tolerated by its value': async (stage) => {
    await stage.makeNode('a', { taints: [GPU_TAINT] });
    await stage.makePod({ pod: { tolerations: [{ ...GPU_TAINT, operator: 'Equal' }] } });
    await stage.look();
  },
  'a taint is tolerated by whoever tolerates everything': async (stage) => {
    await stage.makeNode('a', { taints: [GPU_TAINT] });
    await stage.makePod({ pod: { tolerations: [{ operator: 'Exists' }] } });
    await stage.look();
  },
  'a cordoned node takes no pod': async (stage) => {
    await stage.makeNode('a');
    await stage.cordon('a', true);
    await stage.look();
    await stage.makePod({});
    await stage.look();
    await stage.cordon('a', false);
    await stage.look();
  },
  'a node that is not Ready takes no pod': async (stage) => {
    await stage.makeNode('a');
    await stage.look();
    await stage.report('a', 'False');
    await stage.look();
    await stage.makePod({});
    await stage.look();
    await stage.report('a', 'True');
    await stage.look();
  },
};
