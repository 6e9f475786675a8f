import { beforeEach, describe, expect, it } from '@jest/globals';
import type { KubernetesObject, Manifest, ResourceType } from '@kaito/controller-runtime';
import { deployments, nodes, pods } from '@kaito/types';

import { ApiServer } from '../api-server/api-server.ts';
import { valueAt } from '../api-server/json.ts';
import { Cloud } from '../cloud/cloud.ts';
import { VirtualTime } from '../time/virtual-time.ts';
import { ClusterModel } from './cluster-model.ts';
import { conditionOf, isTrue, numberAt, textAt } from './reading.ts';

const MINUTE = 60_000;

describe('the cluster', () => {
  let schedule: VirtualTime;
  let server: ApiServer;
  let cloud: Cloud;
  let cluster: ClusterModel;

  beforeEach(() => {
    schedule = new VirtualTime();
    server = new ApiServer({ now: () => schedule.now() });
    cloud = new Cloud({ schedule, existing: [] });
    cluster = new ClusterModel({ server, schedule, vms: cloud });
  });

  function makePool(name: string): void {
    cloud.create({
      name,
      vmSize: 'Standard_NC24ads_A100_v4',
      osDiskSizeGiB: 0,
      tags: {},
      nodeLabels: { 'kaito.sh/workspace': 'phi' },
      nodeTaints: ['sku=gpu:NoSchedule'],
    });
  }

  function makeDeployment(image = 'server:1'): void {
    const manifest: Manifest = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'phi', namespace: 'default' },
      spec: deploymentSpec(image),
    };
    server.create({ type: deployments, manifest, fieldManager: 'test' });
  }

  function all(type: ResourceType): readonly KubernetesObject[] {
    return server.list({ type }).items;
  }

  function only(type: ResourceType): KubernetesObject {
    const [object, ...others] = all(type);
    if (object === undefined || others.length > 0) {
      throw new Error(`${all(type).length} ${type.plural}`);
    }
    return object;
  }

  it('registers a Node for a booted VM, Ready later and with GPUs still later', () => {
    makePool('ws1');
    schedule.until(() => all(nodes).length === 1);
    expect(only(nodes)).toMatchObject({
      metadata: { name: 'aks-ws1-12345678-vmss000000', labels: { agentpool: 'ws1', 'kaito.sh/workspace': 'phi' } },
      spec: { providerID: cloud.vms()[0]?.providerId },
    });
    schedule.until(() => isTrue(only(nodes), 'Ready'));
    expect(valueAt(only(nodes), ['status', 'allocatable', 'nvidia.com/gpu'])).toBeUndefined();
    schedule.advance(MINUTE);
    expect(only(nodes)).toMatchObject({
      spec: { taints: [{ key: 'sku', value: 'gpu', effect: 'NoSchedule' }] },
      status: { allocatable: { 'nvidia.com/gpu': '1' } },
    });
  });

  it('brings a Deployment up once there are GPUs for it', () => {
    makeDeployment();
    schedule.advance(1_000);
    expect(conditionOf(only(pods), 'PodScheduled')).toMatchObject({ status: 'False', reason: 'Unschedulable' });
    makePool('ws1');
    schedule.until(() => numberAt(only(deployments), 'status', 'readyReplicas') === 1);
    expect(only(deployments)).toMatchObject({
      status: { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 },
    });
    expect(textAt(only(pods), 'spec', 'nodeName')).toBe('aks-ws1-12345678-vmss000000');
  });

  it('comes to rest', () => {
    makeDeployment();
    makePool('ws1');
    schedule.advance(30 * MINUTE);
    const { version } = server;
    schedule.advance(120 * MINUTE);
    expect(server.version).toBe(version);
    expect(schedule.step()).toBe(false);
  });

  it('takes the Node away after its VM, and then its pods', () => {
    makeDeployment();
    makePool('ws1');
    schedule.until(() => numberAt(only(deployments), 'status', 'readyReplicas') === 1);
    const { uid } = only(pods).metadata;
    cloud.removeVm('ws1');
    schedule.until(() => isUnknown(only(nodes)));
    schedule.advance(1_000);
    expect(isTrue(only(pods), 'Ready')).toBe(false);
    schedule.until(() => all(nodes).length === 0);
    schedule.until(() => all(pods).every((pod) => pod.metadata.uid !== uid));
    schedule.advance(1_000);
    expect(textAt(only(pods), 'spec', 'nodeName')).toBeUndefined();
  });

  it('leaves pods five minutes on a Node whose kubelet is silent, and forgives a shorter silence', () => {
    makeDeployment();
    makePool('ws1');
    schedule.until(() => numberAt(only(deployments), 'status', 'readyReplicas') === 1);
    const { name } = only(nodes).metadata;
    cluster.silence(name);
    schedule.advance(4 * MINUTE);
    cluster.revive(name);
    schedule.until(() => numberAt(only(deployments), 'status', 'readyReplicas') === 1);
    cluster.silence(name);
    schedule.advance(7 * MINUTE);
    expect(all(pods).filter(({ metadata }) => metadata.deletionTimestamp !== undefined)).toHaveLength(1);
  });

  it.each([
    ['ImageMissing', 'ImagePullBackOff', undefined],
    ['OutOfMemory', 'CrashLoopBackOff', 'OOMKilled'],
    ['Crashes', 'CrashLoopBackOff', 'Error'],
  ] as const)('shows pods that fail: %s', (kind, waiting, last) => {
    cluster.decideFates(() => ({ kind }));
    makeDeployment();
    makePool('ws1');
    schedule.advance(30 * MINUTE);
    const status = valueAt(only(pods), ['status', 'containerStatuses']);
    expect(status).toMatchObject([{ ready: false, state: { waiting: { reason: waiting } } }]);
    expect(status).toMatchObject([last === undefined ? {} : { lastState: { terminated: { reason: last } } }]);
    cluster.decideFates(() => undefined);
    schedule.until(() => last !== undefined || numberAt(only(deployments), 'status', 'readyReplicas') === 1);
  });

  it('says after the deadline that a rollout does not get on', () => {
    cluster.decideFates(() => ({ kind: 'NeverReady' }));
    makeDeployment();
    makePool('ws1');
    schedule.advance(95 * MINUTE);
    expect(conditionOf(only(deployments), 'Progressing')).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
    });
  });

  it('replaces a pod by one of the new template on the same GPU', () => {
    makeDeployment();
    makePool('ws1');
    schedule.until(() => numberAt(only(deployments), 'status', 'readyReplicas') === 1);
    const key = { name: 'phi', namespace: 'default' };
    server.patch({ type: deployments, key, body: { spec: deploymentSpec('server:2') }, fieldManager: 'test' });
    schedule.until(() => all(pods).length === 1 && isTrue(only(pods), 'Ready') && imageOf(only(pods)) === 'server:2');
    schedule.advance(1_000);
    expect(only(deployments)).toMatchObject({ status: { replicas: 1, updatedReplicas: 1, readyReplicas: 1 } });
  });
});

function deploymentSpec(image: string): Readonly<Record<string, unknown>> {
  return {
    replicas: 1,
    selector: { matchLabels: { app: 'phi' } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    progressDeadlineSeconds: 5400,
    template: {
      metadata: { labels: { app: 'phi' } },
      spec: {
        nodeSelector: { 'kaito.sh/workspace': 'phi' },
        tolerations: [{ key: 'sku', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' }],
        containers: [{ name: 'server', image, resources: { limits: { 'nvidia.com/gpu': '1' } } }],
      },
    },
  };
}

function isUnknown(node: KubernetesObject): boolean {
  return conditionOf(node, 'Ready')?.['status'] === 'Unknown';
}

function imageOf(pod: KubernetesObject): unknown {
  const containers = valueAt(pod, ['spec', 'containers']);
  return Array.isArray(containers) ? valueAt(containers[0], ['image']) : undefined;
}
