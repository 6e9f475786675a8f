import type { ApiScript } from './api-script.ts';
import { kinds } from './kinds.ts';

const {
  budgets,
  configMaps,
  daemonSets,
  deployments,
  events,
  jobs,
  leases,
  nodes,
  pods,
  replicaSets,
  services,
  statefulSets,
} = kinds;

const HEALTHY = { disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2, observedGeneration: 1 };
const READY = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };

async function runningPod(s: ApiScript, name: string): Promise<void> {
  await s.create(
    pods,
    name,
    { ...s.pod({ nodeName: 'n' }), metadata: { labels: { app: 'x' } } },
    { show: () => 'created' },
  );
  await s.patch(pods, name, { status: READY }, { subresource: 'status', show: () => 'running' });
}

async function budget(s: ApiScript, name: string, status: object): Promise<void> {
  await s.create(budgets, name, { spec: { minAvailable: 1, selector: { matchLabels: { app: 'x' } } } });
  await s.patch(budgets, name, { status }, { subresource: 'status' });
}

/** What the server fills into built-in kinds, and evictions. */
export const builtInScenarios: Readonly<Record<string, (script: ApiScript) => Promise<void>>> = {
  'a pod gets its defaults': async (s) => {
    await s.create(pods, 'a', s.pod({}));
    const probe = { httpGet: { port: 5000 } };
    await s.create(
      pods,
      'b',
      s.pod({
        nodeSelector: { a: 'b' },
        tolerations: [{ key: 'sku', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' }],
        containers: [
          {
            name: 'x',
            image: 'x',
            ports: [{ containerPort: 5000 }],
            readinessProbe: probe,
            livenessProbe: { ...probe, periodSeconds: 3 },
            resources: { limits: { 'nvidia.com/gpu': '1', cpu: '1' } },
            env: [
              { name: 'A', value: '' },
              { name: 'N', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            ],
            volumeMounts: [{ name: 'v', mountPath: '/v' }],
          },
        ],
        volumes: [{ name: 'v' }, { name: 'c', configMap: { name: 'c' } }, { name: 's', secret: { secretName: 's' } }],
      }),
    );
    await s.create(pods, 'c', s.pod({ tolerations: [{ operator: 'Exists' }] }));
    await s.owners(pods, 'c');
  },
  'a Deployment gets its defaults': async (s) => {
    await s.create(deployments, 'a', s.deployment());
    await s.create(deployments, 'b', s.deployment({ replicas: 0, strategy: { type: 'Recreate' } }));
    const rollingUpdate = { maxSurge: 0, maxUnavailable: 1 };
    await s.create(deployments, 'c', s.deployment({ strategy: { type: 'RollingUpdate', rollingUpdate } }));
  },
  'a StatefulSet, a ReplicaSet and a DaemonSet get their defaults': async (s) => {
    await s.create(statefulSets, 'a', s.deployment({ serviceName: 'a' }));
    await s.create(replicaSets, 'a', s.deployment());
    await s.create(daemonSets, 'a', s.deployment());
  },
  'a Job gets its defaults and its own labels': async (s) => {
    await s.create(jobs, 'a', { spec: { template: s.podTemplate({ restartPolicy: 'Never' }) } });
  },
  'a Service gets an address': async (s) => {
    const spec = { ports: [{ port: 80 }, { name: 'x', port: 81, targetPort: 'x' }] };
    await s.create(services, 'a', { spec: { ports: [{ port: 80, targetPort: 5000 }] } }, { show: s.shownService });
    await s.create(services, 'b', { spec: { ports: [{ port: 80 }], type: 'LoadBalancer' } }, { show: s.shownService });
    await s.create(
      services,
      'c',
      { spec: { ports: [{ port: 80 }], clusterIP: 'None', publishNotReadyAddresses: true } },
      { show: s.shownService },
    );
    await s.create(services, 'd', { spec }, { show: s.shownService });
    await s.owners(services, 'a');
  },
  'a Service keeps its address when it is written': async (s) => {
    const { ['spec']: before } = await s.create(
      services,
      'a',
      { spec: { ports: [{ port: 80 }] } },
      { show: s.shownService },
    );
    const { ['spec']: after } = await s.patch(
      services,
      'a',
      { spec: { selector: { a: 'b' }, type: 'NodePort' } },
      { show: s.shownService },
    );
    s.note('same address', s.textAt(before, 'clusterIP') === s.textAt(after, 'clusterIP'));
  },
  'a node is tainted until it has been seen ready': async (s) => {
    await s.create(nodes, s.own('a'), { spec: { taints: [{ key: 'sku', value: 'gpu', effect: 'NoSchedule' }] } });
    await s.patch(nodes, s.own('a'), { spec: { taints: null } });
    await s.patch(nodes, s.own('a'), { spec: { unschedulable: true } });
    await s.patch(nodes, s.own('a'), { spec: { unschedulable: null } });
    const conditions = [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: '' }];
    await s.patch(
      nodes,
      s.own('a'),
      { status: { conditions, allocatable: { 'nvidia.com/gpu': '1' } }, spec: { podCIDR: '10.0.0.0/24' } },
      { subresource: 'status', show: s.shownLabelsAndSpec },
    );
  },
  'a node of another uid is not written': async (s) => {
    const { metadata } = await s.create(nodes, s.own('a'), {}, { show: s.shownMetadata });
    await s.patch(
      nodes,
      s.own('a'),
      { metadata: { uid: metadata.uid, labels: { a: 'b' } } },
      { show: s.shownMetadata },
    );
    await s.patch(nodes, s.own('a'), { metadata: { uid: 'another', labels: { a: 'c' } } }, { show: s.shownMetadata });
    await s.patch(
      nodes,
      s.own('a'),
      { metadata: { uid: 'another' }, status: { phase: 'Running' } },
      { subresource: 'status', show: s.shownMetadata },
    );
  },
  'a Lease changes hands by version': async (s) => {
    const spec = {
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      leaseTransitions: 0,
      renewTime: '2026-01-01T00:00:00.000000Z',
      acquireTime: '2026-01-01T00:00:00.000000Z',
    };
    const { metadata } = await s.create(leases, 'a', { spec });
    const { resourceVersion } = metadata;
    await s.patch(leases, 'a', {
      metadata: { resourceVersion },
      spec: { ...spec, renewTime: '2026-01-01T00:00:02.000000Z' },
    });
    await s.patch(leases, 'a', {
      metadata: { resourceVersion },
      spec: { ...spec, holderIdentity: 'b', leaseTransitions: 1 },
    });
    await s.create(leases, 'a', { spec });
  },
  'an Event is written once': async (s) => {
    const event = {
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'kaito.sh/test',
      reportingInstance: 'a',
      regarding: { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', namespace: s.namespace, uid: 'u' },
      type: 'Normal',
      reason: 'Because',
      action: 'Test',
      note: 'It happened',
    };
    await s.create(events, 'a', event);
    await s.create(events, 'a', event);
  },
  'what is empty in a built-in kind is left out': async (s) => {
    await s.create(configMaps, 'a', {
      data: {},
      binaryData: {},
      metadata: { labels: {}, annotations: {}, finalizers: [] },
    });
    await s.create(
      pods,
      'a',
      s.pod({ nodeName: '', nodeSelector: {}, tolerations: [], volumes: [], hostNetwork: false }),
    );
    await s.create(deployments, 'a', s.deployment({ minReadySeconds: 0, paused: false }), {
      show: ({ ['spec']: spec }) => spec,
    });
    await s.patch(
      deployments,
      'a',
      { status: { replicas: 0, readyReplicas: 0, conditions: [] } },
      { subresource: 'status', show: ({ ['status']: status }) => status },
    );
  },
  'quantities are written in their shortest form': async (s) => {
    const amounts = { cpu: '1000m', memory: '1024Mi', 'nvidia.com/gpu': 1 };
    await s.create(
      pods,
      'a',
      s.pod({ containers: [{ name: 'x', image: 'x:1', resources: { requests: amounts, limits: amounts } }] }),
    );
    await s.create(
      pods,
      'b',
      s.pod({
        containers: [
          {
            name: 'x',
            image: 'x:1',
            resources: { requests: { cpu: '0.5', memory: '1e3', 'ephemeral-storage': '1.5Gi' } },
          },
        ],
      }),
    );
  },
  'an eviction without a budget is a delete': async (s) => {
    await s.evict('nothing', pods);
    await runningPod(s, 'a');
    await s.evict('a', pods, { preconditions: { uid: 'another' } });
    await s.evict('a', pods);
    await s.get(pods, 'a', ({ metadata }) => [metadata.deletionTimestamp !== undefined]);
    await s.evict('a', pods);
  },
  'an eviction spends the budget': async (s) => {
    await runningPod(s, 'a');
    await runningPod(s, 'b');
    await budget(s, 'budget', HEALTHY);
    await s.evict('a', pods);
    await s.get(budgets, 'budget', ({ ['status']: status }) => s.shown.anything(status));
    await s.evict('b', pods);
    await s.get(pods, 'b', ({ metadata }) => [metadata.deletionTimestamp !== undefined]);
  },
  'a budget that nobody has looked at yet allows nothing': async (s) => {
    await runningPod(s, 'a');
    await s.create(budgets, 'budget', { spec: { minAvailable: 1, selector: { matchLabels: { app: 'x' } } } });
    await s.evict('a', pods);
  },
  'a pod that is not ready may go while there are enough others': async (s) => {
    await runningPod(s, 'a');
    await budget(s, 'budget', { ...HEALTHY, disruptionsAllowed: 0 });
    await s.evict('a', pods);
    await s.patch(
      pods,
      'a',
      { status: { conditions: [{ type: 'Ready', status: 'False' }] } },
      { subresource: 'status', show: () => 'not ready' },
    );
    await s.evict('a', pods);
    await s.get(pods, 'a', ({ metadata }) => [metadata.deletionTimestamp !== undefined]);
  },
  'a pod that does not run yet counts for no budget': async (s) => {
    await s.create(
      pods,
      'a',
      { ...s.pod({ nodeName: 'n' }), metadata: { labels: { app: 'x' } } },
      { show: () => 'created' },
    );
    await budget(s, 'budget', { ...HEALTHY, disruptionsAllowed: 0 });
    await s.evict('a', pods);
    await s.get(pods, 'a', ({ metadata }) => [metadata.deletionTimestamp !== undefined]);
  },
  'two budgets for one pod are one too many': async (s) => {
    await runningPod(s, 'a');
    await budget(s, 'one', HEALTHY);
    await budget(s, 'two', HEALTHY);
    await s.evict('a', pods);
  },
};
