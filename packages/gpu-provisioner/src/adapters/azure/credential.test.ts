import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { request } from 'node:https';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

import { startSimulatedArm } from '../../../test/simulated-arm.ts';
import type { SimulatedArm } from '../../../test/simulated-arm.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectProxy } from '@kaito/testkit';
import type { ConnectProxy } from '@kaito/testkit';

const ASK_AZURE = path.join(import.meta.dirname, '../../../test/ask-azure.ts');

describe('a process with an identity', () => {
  let arm: SimulatedArm;
  let environment: Record<string, string>;
  let proxy: ConnectProxy;

  beforeAll(async () => {
    arm = await startSimulatedArm();
    const { caPem, cluster, endpoint } = arm.simulator;
    const ca = path.join(arm.directory, 'ca.crt');
    await writeFile(ca, caPem);
    environment = {
      NODE_EXTRA_CA_CERTS: ca,
      ARM_ENDPOINT: endpoint,
      AZURE_AUTHORITY_HOST: endpoint,
      AZURE_SUBSCRIPTION_ID: cluster.subscriptionId,
      ARM_RESOURCE_GROUP: cluster.resourceGroup,
      AZURE_CLUSTER_NAME: cluster.clusterName,
      LOCATION: cluster.location,
      REQUEST_TIMEOUT: '20',
    };
  });

  afterAll(async () => {
    await arm.close();
  });

  beforeEach(async () => {
    proxy = await connectProxy();
    await arm.control.reset();
  });

  afterEach(async () => {
    await proxy.close();
  });

  /** What the process answers, or the end of what it complains about. */
  async function ask(more: Record<string, string>): Promise<unknown> {
    const env = { ...environment, ...more };
    const { stdout } = await promisify(execFile)(process.execPath, [ASK_AZURE], { env });
    return JSON.parse(stdout);
  }

  function workload(): Record<string, string> {
    const AZURE_FEDERATED_TOKEN_FILE = path.join(arm.directory, 'token');
    return {
      AZURE_TENANT_ID: 'aaaaaaaa-0000-0000-0000-000000000001',
      AZURE_CLIENT_ID: 'me',
      AZURE_FEDERATED_TOKEN_FILE,
    };
  }

  const all = { pools: 1, skus: expect.any(Number), usages: expect.any(Number) };

  it('reaches ARM, compute and the authority through the proxy that it is told of', async () => {
    expect(await ask({ ...workload(), HTTPS_PROXY: proxy.address })).toEqual(all);
    const simulator = new URL(arm.simulator.endpoint).host;
    expect(new Set(proxy.tunnels)).toEqual(new Set([simulator]));
    expect(proxy.tunnels.length).toBeGreaterThan(1); // one agent for ARM and compute, one for tokens
  });

  it('goes past the proxy to hosts that are named', async () => {
    expect(await ask({ ...workload(), HTTPS_PROXY: proxy.address, NO_PROXY: 'x.example,127.0.0.1' })).toEqual(all);
    expect(proxy.tunnels).toEqual([]);
  });

  it('takes the managed identity that its platform offers', async () => {
    const platform = { IDENTITY_ENDPOINT: `${arm.simulator.endpoint}/msi/token`, IDENTITY_HEADER: 'secret' };
    expect(await ask({ DEPLOYMENT_MODE: 'managed', ...platform })).toEqual(all);
    expect(await ask({ DEPLOYMENT_MODE: 'managed', AZURE_CLIENT_ID: 'me', ...platform })).toEqual(all);
  });

  it('takes a federated token that is there in both modes', async () => {
    expect(await ask({ DEPLOYMENT_MODE: 'managed', ...workload() })).toEqual(all);
  });

  it('takes that of the metadata service in plain, past the proxy', async () => {
    const asked: string[] = [];
    const { caPem, endpoint } = arm.simulator;
    const metadata = createServer((incoming, outgoing) => {
      asked.push(incoming.url ?? '');
      const simulated = request(`${endpoint}${incoming.url ?? ''}`, { ca: caPem, headers: { metadata: 'true' } });
      simulated.once('response', (answer) => answer.pipe(outgoing.writeHead(answer.statusCode ?? 502, answer.headers)));
      simulated.end();
    });
    metadata.listen(0, '127.0.0.1');
    await once(metadata, 'listening');
    const address = metadata.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const host = { AZURE_POD_IDENTITY_AUTHORITY_HOST: `http://127.0.0.1:${port}` };
    expect(await ask({ DEPLOYMENT_MODE: 'managed', HTTPS_PROXY: proxy.address, ...host })).toEqual(all);
    metadata.close();
    expect(asked[0]).toContain('/metadata/identity/oauth2/token');
    expect(proxy.refused).toEqual([]);
    expect(proxy.tunnels.length).toBeGreaterThan(0);
  });

  it('says in a sentence what it lacks', async () => {
    const nothing = lacks('the workload identity lacks AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_FEDERATED_TOKEN_FILE');
    expect(await ask({})).toEqual({ pools: nothing, skus: nothing, usages: nothing });
    const unreadable = { ...workload(), AZURE_FEDERATED_TOKEN_FILE: '/not/there' };
    expect(await ask(unreadable)).toMatchObject({ pools: lacks('the service account token /not/there') });
  });

  it.each(['self-hosted', 'managed'])('tells a refused token from one that did not come (%s)', async (mode) => {
    const platform = { IDENTITY_ENDPOINT: `${arm.simulator.endpoint}/msi/token`, IDENTITY_HEADER: 'secret' };
    const identity = { DEPLOYMENT_MODE: mode, ...(mode === 'managed' ? platform : workload()) };
    const fault = async (error: { status: number; code: string; message: string }): Promise<void> => {
      await arm.control.fault({ on: { route: 'Token' }, effect: { kind: 'answer', error }, times: null });
    };
    await fault({ status: 400, code: 'invalid_client', message: 'AADSTS700213: no such identity' });
    expect(await ask(identity)).toMatchObject({ pools: { kind: 'Denied' } });
    await arm.control.reset();
    await fault({ status: 503, code: 'ServiceUnavailable', message: 'later' });
    expect(await ask(identity)).toMatchObject({ pools: { kind: 'Transient' } });
  });

  it('takes an authority that nobody listens on for one that will', async () => {
    const nobody = { AZURE_AUTHORITY_HOST: 'https://127.0.0.1:1' };
    expect(await ask({ ...workload(), ...nobody })).toMatchObject({ pools: { kind: 'Transient' } });
    const platform = { IDENTITY_ENDPOINT: 'https://127.0.0.1:1/msi/token', IDENTITY_HEADER: 'secret' };
    expect(await ask({ DEPLOYMENT_MODE: 'managed', ...platform })).toMatchObject({ pools: { kind: 'Transient' } });
  });
});

function lacks(text: string): unknown {
  return expect.objectContaining({ kind: 'Denied', message: expect.stringContaining(text) });
}
