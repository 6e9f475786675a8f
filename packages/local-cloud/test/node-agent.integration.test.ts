import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { kubernetesOverHttp } from '@kaito/kube';
import { deployments, nodes, pods, services, statefulSets } from '@kaito/types';
import * as z from 'zod';

import { endpointSlices } from '../src/node-agent/objects.ts';
import {
  AgentWorld,
  conditionOf,
  configMaps,
  ECHO,
  get,
  IMAGES,
  leases,
  mentions,
  NAMESPACE,
  NO_SIGNAL,
  NODE,
  processesWith,
  restartsOf,
  PATIENT,
  STRICT,
} from './node-agent/agent-world.ts';
import { aVm } from './node-agent/machines.ts';
import { ADDRESSES, membersService, twoMembers } from './node-agent/members.ts';
import { until } from './node-agent/until.ts';
import type { Wish } from './node-agent/until.ts';

let world: AgentWorld;

beforeAll(async () => {
  world = await AgentWorld.start();
  world.machines.set(aVm());
});

afterAll(async () => {
  await world.stop();
});

const isReady: Wish = (object) => conditionOf(object, 'Ready') === 'True';

const GPU_NODE = z.object({ status: z.object({ allocatable: z.object({ 'nvidia.com/gpu': z.literal('1') }) }) });

describe('nodes', () => {
  test('come Ready with labels, provider id and addresses, lose the boot taints and get GPUs', async () => {
    const node = await until(
      world.cluster.kubernetes,
      nodes,
      { name: NODE },
      (object) => GPU_NODE.safeParse(object).success && !mentions('uninitialized')(object),
    );
    expect(conditionOf(node, 'Ready')).toBe('True');
    expect(node).toMatchObject({
      metadata: { labels: { agentpool: 'wspool', 'kubernetes.io/hostname': NODE } },
      spec: { providerID: aVm().providerId },
      status: {
        addresses: [
          { type: 'InternalIP', address: '127.0.0.1' },
          { type: 'Hostname', address: NODE },
        ],
      },
    });
  });

  test('send heartbeats', async () => {
    const key = { name: NODE, namespace: 'kube-node-lease' };
    const lease = await until(world.cluster.kubernetes, leases, key, (object) => object !== undefined);
    expect(lease).toMatchObject({
      metadata: { ownerReferences: [{ kind: 'Node', name: NODE }] },
      spec: { holderIdentity: NODE },
    });
  });
});

describe('the pods of a StatefulSet', () => {
  test('have its names, by which they find one another', async () => {
    await world.apply(services, membersService);
    await world.apply(statefulSets, twoMembers);
    await world.untilPod('members-0', (object) => conditionOf(object, 'Ready') === 'True');
    await world.logged('members-0');
    const told = await world.logs('members-0');
    expect(told).toMatch(/^I am members-0$/mu);
    expect(told).toMatch(ADDRESSES);
  });
});

describe('a Deployment on the node', () => {
  beforeAll(async () => {
    await world.apply(services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'echo', namespace: NAMESPACE },
      spec: { selector: { app: 'echo' }, ports: [{ port: 80, targetPort: 'http' }] },
    });
    await world.apply(configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: NAMESPACE },
      data: { greeting: 'hello' },
    });
  });

  test('runs the program of its image and answers at the ClusterIP', async () => {
    const answer = await world.rollOut({});
    expect(answer.program).toBe('first');
    expect(answer.args).toEqual(['--port', '8080']);
  });

  test('another image runs another program', async () => {
    expect((await world.rollOut({ image: 'kaito.local/echo:v2' })).program).toBe('second');
  });

  test('command replaces the program, args are expanded', async () => {
    const answer = await world.rollOut({
      container: {
        command: ['node', ECHO, '--mode=$(MODE)'],
        args: ['--port', '8080', '$$(MODE)'],
        env: [{ name: 'MODE', value: 'own' }],
      },
    });
    expect(answer.args).toEqual(['--mode=own', '--port', '8080', '$(MODE)']);
  });

  test('env comes from values, fields and ConfigMaps', async () => {
    const { environment } = await world.rollOut({
      container: {
        env: [
          { name: 'GREETING', valueFrom: { configMapKeyRef: { name: 'settings', key: 'greeting' } } },
          { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
          { name: 'SENTENCE', value: '$(GREETING) from $(NODE)' },
          { name: 'with.dots', value: 'kept' },
        ],
      },
    });
    expect(environment).toMatchObject({ SENTENCE: `hello from ${NODE}`, 'with.dots': 'kept' });
    expect(environment['HOST']).toMatch(/^127\./u);
    expect(environment['KUBECONFIG']).toBeUndefined();
  });

  test('mounts are at their paths for the pod, and nowhere else', async () => {
    const { environment } = await world.rollOut({
      container: {
        volumeMounts: [
          { name: 'settings', mountPath: '/mnt/kaito-test-config' },
          { name: 'weights', mountPath: '/workspace/kaito-test-weights' },
        ],
      },
      volumes: [
        { name: 'settings', configMap: { name: 'settings' } },
        { name: 'weights', emptyDir: {} },
      ],
    });
    const root = environment['KAITO_ROOT'] ?? '';
    const { file } = await world.ask(`?file=${root}/mnt/kaito-test-config/greeting`);
    expect(file).toBe('hello');
    expect(existsSync('/workspace/kaito-test-weights')).toBe(false);
    expect(existsSync('/mnt/kaito-test-config')).toBe(false);
  });

  test('the API server can be reached with the token of the service account', async () => {
    const { environment } = await world.rollOut({});
    const { caPem } = world.cluster.controlPlane;
    const base = `${environment['KAITO_ROOT'] ?? ''}/var/run/secrets/kubernetes.io/serviceaccount`;
    const read = async (name: string): Promise<string> => (await world.ask(`?file=${base}/${name}`)).file ?? '';
    await expect(read('namespace')).resolves.toBe('default');
    await expect(read('ca.crt')).resolves.toContain(caPem.trim());
    const token = await read('token');
    const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '' } = environment;
    const access = { server: `https://${host}:${port}`, caPem, token: () => token };
    const inside = kubernetesOverHttp(access, { userAgent: 'pod' });
    await expect(inside.list({ type: pods }, NO_SIGNAL)).rejects.toMatchObject({ kind: 'Forbidden' }); // not Unauthorized
    inside.close();
  });

  test('another port is listened on', async () => {
    const answer = await world.rollOut({
      container: { args: ['--port', '8181'], ports: [{ name: 'http', containerPort: 8181 }] },
    });
    expect(answer.args).toEqual(['--port', '8181']);
  });

  test('a failing liveness probe restarts it', async () => {
    const before = await world.rollOut({ container: { startupProbe: PATIENT, livenessProbe: STRICT } });
    await world.ask('fail');
    await world.untilPod(
      await world.echoPod(),
      (object) => restartsOf(object) === 1 && conditionOf(object, 'Ready') === 'True',
    );
    const after = await world.ask('');
    expect(Date.parse(after.started)).toBeGreaterThan(Date.parse(before.started));
  });

  test('a failing readiness probe takes it out of the Service', async () => {
    await world.rollOut({ container: { readinessProbe: STRICT } });
    await world.ask('fail');
    const pod = await world.untilPod(await world.echoPod(), (object) => conditionOf(object, 'Ready') === 'False');
    expect(restartsOf(pod)).toBe(0);
    const selection = { type: endpointSlices, namespace: NAMESPACE, labelSelector: 'kubernetes.io/service-name=echo' };
    const [slice] = (await world.cluster.kubernetes.list(selection, NO_SIGNAL)).items;
    const key = { name: slice?.metadata.name ?? '', namespace: NAMESPACE };
    await until(world.cluster.kubernetes, endpointSlices, key, mentions('"ready":false'));
  });

  test('kubectl logs shows what it printed', async () => {
    await world.rollOut({});
    const pod = await world.echoPod();
    await world.logged(pod);
    await expect(world.logs(pod)).resolves.toBe('listening on 8080\n');
  });

  test('deleting it ends the process', async () => {
    const { environment } = await world.rollOut({});
    const pod = await world.echoPod();
    const key = { name: 'echo', namespace: NAMESPACE };
    await world.cluster.kubernetes.delete({ type: deployments, key }, NO_SIGNAL);
    await world.untilPod(pod, (object) => object === undefined);
    await expect(get(environment['HOST'] ?? '', 8080, '/')).rejects.toThrow('ECONNREFUSED');
  });
});

const shell = (script: string, more: Readonly<Record<string, unknown>> = {}) => ({
  name: 'main',
  image: 'kaito.local/shell:1',
  args: ['sh', '-c', script],
  ...more,
});

describe('pods', () => {
  test('an unknown and an impossible image are told as a kubelet tells them', async () => {
    await world.runPod('unknown-image', { containers: [{ name: 'main', image: 'registry.example/unknown:1' }] });
    await world.runPod('invalid-image', {
      containers: [{ name: 'main', image: 'ACR_REPO_HERE.azurecr.io/IMAGE_NAME_HERE:0.0.1' }],
    });
    const unknown = await world.untilPod('unknown-image', mentions('"reason":"ImagePullBackOff"'));
    const invalid = await world.untilPod('invalid-image', mentions('"reason":"InvalidImageName"'));
    expect([unknown, invalid]).toMatchObject([{ status: { phase: 'Pending' } }, { status: { phase: 'Pending' } }]);
  });

  test('init containers run in order and leave files for the container, which ends with its exit code', async () => {
    const volumeMounts = [{ name: 'work', mountPath: '/kaito-test-work' }];
    await world.runPod('in-order', {
      restartPolicy: 'Never',
      volumes: [{ name: 'work', emptyDir: {} }],
      initContainers: [
        shell('echo one >> $KAITO_ROOT/kaito-test-work/log', { name: 'one', volumeMounts }),
        shell('echo two >> $KAITO_ROOT/kaito-test-work/log', { name: 'two', volumeMounts }),
      ],
      containers: [
        shell('cat $KAITO_ROOT/kaito-test-work/log; echo sorry > $KAITO_ROOT/dev/termination-log; exit 3', {
          volumeMounts,
        }),
      ],
    });
    const pod = await world.untilPod('in-order', mentions('"phase":"Failed"'));
    expect(pod).toMatchObject({
      status: {
        initContainerStatuses: [
          { ready: true, state: { terminated: { exitCode: 0, reason: 'Completed' } } },
          { ready: true, state: { terminated: { exitCode: 0, reason: 'Completed' } } },
        ],
        containerStatuses: [{ state: { terminated: { exitCode: 3, reason: 'Error', message: 'sorry\n' } } }],
      },
    });
    await expect(world.logs('in-order', 'container=main')).resolves.toBe('one\ntwo\n');
  });

  test('one that ends again and again is started after ever longer waits', async () => {
    await world.runPod('crashing', { containers: [shell('echo run; exit 7')] });
    const pod = await world.untilPod(
      'crashing',
      (object) => mentions('CrashLoopBackOff')(object) && (restartsOf(object) ?? 0) >= 2,
    );
    expect(pod).toMatchObject({ status: { containerStatuses: [{ lastState: { terminated: { exitCode: 7 } } }] } });
    await expect(world.logs('crashing', 'previous=true')).resolves.toBe('run\n');
  });

  test('a program that does not exist is a StartError', async () => {
    await world.runPod('no-program', {
      restartPolicy: 'Never',
      containers: [shell('', { command: ['no-such-program'] })],
    });
    const pod = await world.untilPod('no-program', mentions('"phase":"Failed"'));
    expect(pod).toMatchObject({
      status: { containerStatuses: [{ state: { terminated: { exitCode: 128, reason: 'StartError' } } }] },
    });
  });

  test('a missing ConfigMap holds it until there is one', async () => {
    const envFrom = [{ configMapRef: { name: 'late' } }];
    await world.runPod('waiting', { restartPolicy: 'Never', containers: [shell('echo $WORD', { envFrom })] });
    await world.untilPod('waiting', mentions('CreateContainerConfigError'));
    const metadata = { name: 'late', namespace: NAMESPACE };
    await world.apply(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { WORD: 'there' } });
    await world.untilPod('waiting', mentions('"phase":"Succeeded"'));
    await expect(world.logs('waiting')).resolves.toBe('there\n');
  });

  test('what ignores SIGTERM is killed after the grace period, with everything it has started', async () => {
    const script = 'trap "" TERM; sleep 600 & touch $KAITO_ROOT/kaito-test-up; while :; do sleep 0.1; done';
    const readinessProbe = {
      exec: { command: ['sh', '-c', 'test -e $KAITO_ROOT/kaito-test-up'] },
      periodSeconds: 1,
    };
    await world.runPod('stubborn', {
      terminationGracePeriodSeconds: 1,
      containers: [shell(script, { readinessProbe, env: [{ name: 'STUBBORN', value: 'yes' }] })],
    });
    await world.untilPod('stubborn', isReady);
    expect(existsSync('/kaito-test-up')).toBe(false);
    const key = { name: 'stubborn', namespace: NAMESPACE };
    const before = performance.now();
    await world.cluster.kubernetes.delete({ type: pods, key }, NO_SIGNAL);
    await world.untilPod('stubborn', (object) => object === undefined);
    expect(performance.now() - before).toBeGreaterThan(900);
    await expect(processesWith('STUBBORN=yes')).resolves.toEqual([]);
  });

  test('one starts and becomes Ready with two writes', async () => {
    await world.runPod('frugal', {
      containers: [
        {
          name: 'main',
          image: 'kaito.local/echo:v1',
          args: ['--port', '8080'],
          readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 },
        },
      ],
    });
    const versions = new Set<string>();
    await world.untilPod('frugal', (object) => {
      versions.add(JSON.stringify(object?.['status']));
      return conditionOf(object, 'Ready') === 'True';
    });
    expect(versions.size).toBeLessThanOrEqual(3); // as created, running, ready
  });
});

describe('the agent', () => {
  test('starts pods anew when it is started anew, and leaves no process behind', async () => {
    const env = [{ name: 'STAYING', value: 'yes' }];
    const readinessProbe = { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 };
    await world.runPod('staying', {
      containers: [{ name: 'main', image: 'kaito.local/echo:v1', args: ['--port', '8080'], env, readinessProbe }],
    });
    await world.untilPod('staying', isReady);
    await expect(processesWith('STAYING=yes')).resolves.toHaveLength(1);
    await world.stopAgent();
    await expect(processesWith('STAYING=yes')).resolves.toEqual([]);
    await world.startAgent();
    await world.untilPod('staying', (object) => restartsOf(object) === 1 && isReady(object));
  });

  test('writes where the Services are listened on', async () => {
    const file: unknown = JSON.parse(await readFile(path.join(world.directory, 'services.json'), 'utf8'));
    expect(file).toMatchObject({ services: [{ namespace: 'default', name: 'kubernetes', port: 443 }] });
  });

  test('as a program without the right to low ports serves on others, and takes its pods along when it is killed', async () => {
    await world.stopAgent();
    const program = await startProgram();
    try {
      await world.untilPod('staying', (object) => restartsOf(object) === 2 && isReady(object));
      const file = path.join(world.directory, 'services.json');
      const { services: served } = Addresses.parse(JSON.parse(await readFile(file, 'utf8')));
      const kubernetes = served.find(({ name }) => name === 'kubernetes');
      expect(kubernetes?.address.host).toBe(kubernetes?.clusterIP);
      expect(kubernetes?.address.port).toBeGreaterThan(1023);
    } finally {
      program.kill('SIGKILL');
    }
    while ((await processesWith('STAYING=yes')).length > 0) {
      await sleep(20);
    }
    await world.startAgent();
  });

  test('does not bring back a Node that was deleted, and deletes the Node of a machine that goes', async () => {
    const { kubernetes } = world.cluster;
    const other = aVm({ name: 'aks-other-12345678-vmss000000', gpuCount: 0 });
    const key = { name: other.name };
    world.machines.set(other);
    await until(kubernetes, nodes, key, isReady);
    await kubernetes.delete({ type: nodes, key }, NO_SIGNAL);
    world.machines.set({ ...other, labels: { changed: 'yes' } });
    world.machines.delete(NODE);
    await until(kubernetes, nodes, { name: NODE }, (object) => object === undefined);
    await expect(kubernetes.get({ type: nodes, key }, NO_SIGNAL)).resolves.toBeUndefined();
  });
});

const Addresses = z.object({
  services: z.array(
    z.object({ name: z.string(), clusterIP: z.string(), address: z.object({ host: z.string(), port: z.int() }) }),
  ),
});

async function startProgram() {
  const { controlPlane } = world.cluster;
  const kubeconfig = path.join(world.directory, 'kubeconfig');
  const images = path.join(world.directory, 'images.json');
  await writeFile(kubeconfig, controlPlane.kubeconfig('admin'));
  await writeFile(images, JSON.stringify(IMAGES));
  await rm(path.join(world.directory, 'services.json'), { force: true });
  const args = [
    path.join(import.meta.dirname, '../src/node-agent/main.ts'),
    `--kubeconfig=${kubeconfig}`,
    `--simulator=${world.machines.endpoint}`,
    `--pod-cidr=${controlPlane.network.podCidr}`,
    `--directory=${world.directory}`,
    `--images=${images}`,
    `--service-addresses-file=${path.join(world.directory, 'services.json')}`,
    '--scale=0.01',
  ];
  // Even for root: a program that it starts cannot listen below 1024.
  const program = spawn('setpriv', ['--bounding-set=-net_bind_service', '--', process.execPath, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ready = new Promise<void>((resolve, reject) => {
    program.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Node agent ready')) {
        resolve();
      }
    });
    program.once('exit', reject);
  });
  await ready;
  program.removeAllListeners('exit');
  program.stdout.resume();
  return program;
}
