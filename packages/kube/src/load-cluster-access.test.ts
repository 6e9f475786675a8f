import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { loadClusterAccess } from './load-cluster-access.ts';
import { tokenFromFile } from './token-file.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'kaito-access-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

describe('loadClusterAccess', () => {
  it('uses the service account of a pod', async () => {
    await write('ca.crt', 'CA');
    await write('token', 'TOKEN\n');
    const access = await loadClusterAccess(
      { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' },
      directory,
    );
    expect([access.server, access.caPem, await access.token?.()]).toEqual(['https://[fd00::1]:6443', 'CA', 'TOKEN']);
  });

  it('prefers the kubeconfig that is named', async () => {
    const KUBECONFIG = await write('config', kubeconfig({ token: 'TOKEN' }));
    const access = await loadClusterAccess({ KUBECONFIG, KUBERNETES_SERVICE_HOST: '10.0.0.1' });
    expect([access.server, access.caPem, await access.token?.()]).toEqual(['https://one:6443', 'CA', 'TOKEN']);
  });

  it('finds files beside the kubeconfig', async () => {
    await write('client.crt', 'CERT');
    await write('client.key', 'KEY');
    const KUBECONFIG = await write(
      'config',
      kubeconfig({ 'client-certificate': 'client.crt', 'client-key': 'client.key' }),
    );
    const { clientCertPem, clientKeyPem, token } = await loadClusterAccess({ KUBECONFIG });
    expect([clientCertPem, clientKeyPem, token]).toEqual(['CERT', 'KEY', undefined]);
  });

  it('falls back on the kubeconfig at home', async () => {
    await expect(loadClusterAccess({ HOME: directory })).rejects.toThrow(
      `no cluster is configured: set KUBECONFIG, run in a pod, or write ${directory}/.kube/config`,
    );
  });

  it('says in which line a kubeconfig is broken, and not what stands there', async () => {
    const KUBECONFIG = await write('config', 'users:\n- user: {token: hunter2, "client-key-data": hunter3\n- x\n');
    const error: unknown = await loadClusterAccess({ KUBECONFIG }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: expect.stringMatching(/cannot be used: .+ \(line 3\)$/u) });
    expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain('hunter');
  });

  it('reads YAML with several contexts', async () => {
    const KUBECONFIG = await write('config', YAML);
    const access = await loadClusterAccess({ KUBECONFIG });
    expect([access.server, access.caPem, access.serverName, await access.token?.()]).toEqual([
      'https://two:6443',
      'CA',
      'kubernetes',
      'TWO',
    ]);
  });

  it('asks an exec plugin for the token', async () => {
    const plugin = await write('plugin.mjs', PLUGIN);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: [plugin] };
    const KUBECONFIG = await write('config', kubeconfig({ exec: { ...exec, interactiveMode: 'Never' } }));
    const access = await loadClusterAccess({ KUBECONFIG });
    expect(await access.token?.()).toBe('FROM-PLUGIN');
  });

  it.each([
    [{ 'insecure-skip-tls-verify': true }, {}, 'insecure-skip-tls-verify is not supported'],
    [{ 'proxy-url': 'http://proxy:3128' }, {}, 'proxy-url is not supported'],
    [{}, { as: 'someone' }, 'impersonation is not supported'],
    [{}, { username: 'u', password: 'p' }, 'passwords are not supported'],
  ])('refuses what it does not do: %j %j', async (cluster, user, message) => {
    const KUBECONFIG = await write('config', kubeconfig(user, cluster));
    await expect(loadClusterAccess({ KUBECONFIG })).rejects.toThrow(message);
  });

  it('names a kubeconfig that cannot be read', async () => {
    await expect(loadClusterAccess({ KUBECONFIG: '/nowhere/config' })).rejects.toThrow(
      'the kubeconfig /nowhere/config cannot be read',
    );
  });

  it('names a kubeconfig that cannot be understood', async () => {
    const KUBECONFIG = await write('config', 'clusters: [');
    await expect(loadClusterAccess({ KUBECONFIG })).rejects.toThrow(`the kubeconfig ${KUBECONFIG} cannot be used`);
  });
});

describe('tokenFromFile', () => {
  it('reads the token again after a minute', async () => {
    const file = await write('token', 'old');
    let now = 0;
    const token = tokenFromFile(file, () => now);
    expect(await token()).toBe('old');
    await write('token', 'new');
    now = 59_999;
    expect(await token()).toBe('old');
    now = 60_000;
    expect(await token()).toBe('new');
  });
});

const YAML = `
apiVersion: v1
kind: Config
current-context: two
clusters:
- name: one
  cluster: {server: 'https://one:6443'}
- name: two
  cluster: {server: 'https://two:6443', certificate-authority-data: Q0E=, tls-server-name: kubernetes}
users:
- name: one
  user: {token: ONE}
- name: two
  user: {token: TWO}
contexts:
- name: one
  context: {cluster: one, user: one}
- name: two
  context: {cluster: two, user: two}
`;

const PLUGIN = `process.stdout.write(JSON.stringify({
  apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: 'FROM-PLUGIN' },
}));`;

function kubeconfig(user: object, cluster: object = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'one',
    clusters: [
      { name: 'one', cluster: { server: 'https://one:6443', 'certificate-authority-data': 'Q0E=', ...cluster } },
    ],
    users: [{ name: 'one', user }],
    contexts: [{ name: 'one', context: { cluster: 'one', user: 'one' } }],
  });
}

async function write(name: string, text: string): Promise<string> {
  const file = path.join(directory, name);
  await writeFile(file, text);
  return file;
}
