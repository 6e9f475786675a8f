import { describe, expect, test } from '@jest/globals';

import { aPod } from '../../../test/node-agent/a-pod.ts';
import { commandLine, ContainerConfigError, environment } from './environment.ts';
import { Container } from './pod.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const place = { podIp: '10.244.0.1', hostIp: '127.0.0.1', allocatable: { memory: '8Gi' } };
const sources = {
  configMaps: new Map([['settings', new Map([['word', bytes('hello')]])]]),
  secrets: new Map([['keys', new Map([['token', bytes('s3cret')]])]]),
};

function variables(container: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const pod = aPod({
    metadata: { labels: { app: 'server', 'with/slash': 'x' } },
    spec: { serviceAccountName: 'robot', containers: [{ name: 'main', ...container }] },
  });
  const [first] = pod.spec.containers;
  return environment({
    pod,
    container: first ?? Container.parse({ name: 'main' }),
    place,
    sources,
    defaults: { HOST: '127.64.0.1' },
  });
}

const from = (kind: string, name: string, key: string, optional?: boolean) => ({
  valueFrom: { [kind]: { name, key, optional } },
});
const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
const resource = (name: string, of: string, divisor?: string) => ({
  name,
  valueFrom: { resourceFieldRef: { resource: of, divisor } },
});

describe('environment', () => {
  test('expands references to what was defined before, defaults included', () => {
    expect(
      variables({
        env: [
          { name: 'A', value: '$(HOST)' },
          { name: 'B', value: '$(A)/$(C)' },
          { name: 'C', value: 'late' },
          { name: 'D' },
        ],
      }),
    ).toEqual({ HOST: '127.64.0.1', A: '127.64.0.1', B: '127.64.0.1/$(C)', C: 'late', D: '' });
  });

  test('lets a variable of the container win over whole ConfigMaps, and these over defaults', () => {
    expect(
      variables({
        envFrom: [{ configMapRef: { name: 'settings' } }, { prefix: 'KEY_', secretRef: { name: 'keys' } }],
        env: [{ name: 'word', value: 'own' }],
      }),
    ).toEqual({ HOST: '127.64.0.1', word: 'own', KEY_token: 's3cret' });
  });

  test('reads keys of ConfigMaps and Secrets, leaving out optional ones that are missing', () => {
    expect(
      variables({
        env: [
          { name: 'A', ...from('configMapKeyRef', 'settings', 'word') },
          { name: 'B', ...from('secretKeyRef', 'keys', 'token') },
          { name: 'C', ...from('secretKeyRef', 'none', 'token', true) },
        ],
      }),
    ).toEqual({ HOST: '127.64.0.1', A: 'hello', B: 's3cret' });
  });

  test.each([
    [
      { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'none', key: 'k' } } }] },
      'configmap "none" not found',
    ],
    [
      { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'keys', key: 'k' } } }] },
      "couldn't find key k in secret keys",
    ],
    [{ envFrom: [{ secretRef: { name: 'none' } }] }, 'secret "none" not found in namespace default'],
    [{ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.magic' } } }] }, 'unsupported fieldPath'],
  ])('refuses %j', (container, message) => {
    expect(() => variables(container)).toThrow(ContainerConfigError);
    expect(() => variables(container)).toThrow(message);
  });

  test('knows the fields of the pod and its place', () => {
    expect(
      variables({
        env: [
          field('NAME', 'metadata.name'),
          field('LABEL', "metadata.labels['with/slash']"),
          field('LABELS', 'metadata.labels'),
          field('NODE', 'spec.nodeName'),
          field('ACCOUNT', 'spec.serviceAccountName'),
          field('IP', 'status.podIP'),
        ],
      }),
    ).toMatchObject({
      NAME: 'server',
      LABEL: 'x',
      LABELS: 'app="server"\nwith/slash="x"',
      NODE: 'node-1',
      ACCOUNT: 'robot',
      IP: '10.244.0.1',
    });
  });

  test('gives resources in units of the divisor, and the node for a missing limit', () => {
    expect(
      variables({
        resources: { limits: { cpu: '1500m', 'nvidia.com/gpu': '1' }, requests: { memory: '1Gi' } },
        env: [
          resource('CPU', 'limits.cpu'),
          resource('MILLIS', 'limits.cpu', '1m'),
          resource('GPUS', 'limits.nvidia.com/gpu'),
          resource('MEMORY', 'requests.memory', '1Mi'),
          resource('LIMIT', 'limits.memory', '1Gi'),
        ],
      }),
    ).toMatchObject({ CPU: '2', MILLIS: '1500', GPUS: '1', MEMORY: '1024', LIMIT: '8' });
  });
});

describe('commandLine', () => {
  const image = { entrypoint: ['node', 'server.js'], cmd: ['--default'] };
  const line = (container: Readonly<Record<string, unknown>>): readonly string[] =>
    commandLine(Container.parse({ name: 'main', ...container }), image, { PORT: '80' });

  test.each([
    [{}, ['node', 'server.js', '--default']],
    [{ args: ['--port', '$(PORT)'] }, ['node', 'server.js', '--port', '80']],
    [{ command: ['sh', '-c'] }, ['sh', '-c']],
    [{ command: ['sh'], args: ['-c', 'echo $$(PORT)'] }, ['sh', '-c', 'echo $(PORT)']],
  ])('%j', (container, expected) => {
    expect(line(container)).toEqual(expected);
  });
});
