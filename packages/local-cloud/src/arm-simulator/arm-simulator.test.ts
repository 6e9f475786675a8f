import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeClock } from '@kaito/testkit';
import * as z from 'zod';
import { ArmClient } from '../../test/arm-client.ts';
import { startArmSimulator } from './arm-simulator.ts';
import type { ArmSimulator } from './arm-simulator.ts';

const A100 = 'Standard_NC24ads_A100_v4';
const POOL = { properties: { vmSize: A100, count: 1 } };

const idsSchema = z.object({ ids: z.array(z.string()) });
const vmListSchema = z.object({ vms: z.array(z.object({ name: z.string() })) });

let clock: FakeClock;
let simulator: ArmSimulator;
let client: ArmClient;

beforeEach(async () => {
  clock = new FakeClock();
  simulator = await startArmSimulator({ clock, scale: 1, seed: 'test', settings: { acceptSeconds: 0 } });
  client = new ArmClient(simulator);
  await client.signIn();
});

afterEach(async () => {
  client.close();
  await simulator.close();
});

async function firstOf(lines: AsyncGenerator<unknown, void>): Promise<unknown> {
  const { value } = await lines.next();
  return value;
}

describe('the token endpoint', () => {
  test('tells its addresses and gives a token for an assertion', async () => {
    const discovery = await client.send('GET', '/tenant/v2.0/.well-known/openid-configuration');

    expect(discovery.body).toMatchObject({
      token_endpoint: `${simulator.endpoint}/tenant/oauth2/v2.0/token`,
      issuer: `${simulator.endpoint}/tenant/v2.0`,
    });
    expect((await client.signIn()).body).toMatchObject({ token_type: 'Bearer', expires_in: 86_399 });
    expect((await client.send('GET', client.poolPath('system'))).status).toBe(200);
  });

  test('refuses a request without an assertion', async () => {
    expect(await client.signIn('grant_type=client_credentials&client_id=a')).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
  });

  test('gives tokens that are good for their audience and lifetime only', async () => {
    await client.send('PATCH', '/simulator/settings', { body: { tokenLifetimeSeconds: 60 } });
    await client.signIn();
    expect((await client.send('GET', client.poolPath('system'))).status).toBe(200);
    await clock.advance(61_000);
    expect((await client.send('GET', client.poolPath('system'))).status).toBe(401);

    await client.signIn();
    const forged = await client.send('GET', client.poolPath('system'), {
      headers: { authorization: 'Bearer eyJ.eyJ.abc' },
    });
    expect(forged).toMatchObject({ status: 401, body: { error: { code: 'InvalidAuthenticationToken' } } });
  });

  test.each([
    ['/msi/token', 'x-identity-header'],
    ['/metadata/identity/oauth2/token/', 'metadata'],
  ])('vouches for a managed identity (%s)', async (address, header) => {
    const path = `${address}?resource=https://management.azure.com/&client_id=me`;
    const { body } = await client.send('GET', path, { headers: { [header]: 'true' } });
    expect(body).toMatchObject({ token_type: 'Bearer', client_id: 'me', resource: 'https://management.azure.com/' });
    const token = typeof body === 'object' && body !== null && 'access_token' in body ? String(body.access_token) : '';
    const answer = await client.send('GET', client.poolPath('system'), {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(200);
    expect((await client.send('GET', path)).status).toBe(400);
    expect((await client.send('GET', address, { headers: { [header]: 'true' } })).status).toBe(400);
  });

  test('can be made to fail', async () => {
    await client.send('POST', '/simulator/faults', {
      body: { on: { route: 'Token' }, effect: { kind: 'answer', error: { code: 'invalid_client', status: 401 } } },
    });

    expect(await client.signIn()).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect((await client.signIn()).status).toBe(200);
  });
});

describe('watching VMs', () => {
  test('tells those that there are and then each change, at its own time', async () => {
    const lines = client.lines('/simulator/vms?watch=true');
    expect(await firstOf(lines)).toMatchObject({ type: 'ADDED', vm: { pool: 'system', state: 'Running' } });

    await client.send('PUT', client.poolPath('ws1'), { body: POOL });
    await clock.advance(10_000);
    expect(await firstOf(lines)).toMatchObject({ type: 'ADDED', vm: { pool: 'ws1', state: 'Booting', gpuCount: 1 } });
    await clock.advance(70_000);
    expect(await firstOf(lines)).toMatchObject({ type: 'MODIFIED', vm: { pool: 'ws1', state: 'Running' } });
    await client.send('DELETE', client.poolPath('ws1'));
    await clock.advance(84_000);
    expect(await firstOf(lines)).toMatchObject({ type: 'DELETED', vm: { pool: 'ws1' } });
    await lines.return(undefined);
  });

  test('tells of what happens out of band as well', async () => {
    const { vms } = vmListSchema.parse((await client.send('GET', '/simulator/vms')).body);
    const name = vms[0]?.name ?? '';
    const lines = client.lines('/simulator/vms?watch=true');
    await firstOf(lines);

    await client.send('PATCH', `/simulator/vms/${name}`, { body: { state: 'Stopped' } });
    expect(await firstOf(lines)).toMatchObject({ type: 'MODIFIED', vm: { state: 'Stopped' } });
    await client.send('DELETE', `/simulator/vms/${name}`);
    expect(await firstOf(lines)).toMatchObject({ type: 'DELETED', vm: { name } });
    expect((await client.send('DELETE', `/simulator/vms/${name}`)).status).toBe(404);
    await lines.return(undefined);
  });

  test('stops the whole cluster and starts it again, with all its pools', async () => {
    const power = async (): Promise<unknown> => [
      (await client.send('GET', client.poolPath('system'))).body,
      (await client.send('GET', '/simulator/vms')).body,
    ];
    expect((await client.send('PATCH', '/simulator/cluster', { body: { state: 'Stopped' } })).status).toBe(200);
    expect(await power()).toMatchObject([
      { properties: { provisioningState: 'Succeeded', powerState: { code: 'Stopped' } } },
      { vms: [{ state: 'Stopped' }] },
    ]);
    await client.send('PATCH', '/simulator/cluster', { body: { state: 'Running' } });
    expect(await power()).toMatchObject([
      { properties: { powerState: { code: 'Running' } } },
      { vms: [{ state: 'Running' }] },
    ]);
  });
});

describe('pools', () => {
  test('are shown with what was ever accepted for their names', async () => {
    await client.send('PUT', client.poolPath('ws1'), { body: POOL });
    await client.send('PUT', client.poolPath('ws1'), { body: POOL });

    expect((await client.send('GET', '/simulator/pools')).body).toMatchObject({
      pools: [
        { name: 'system', mode: 'System', provisioningState: 'Succeeded', vms: [{ state: 'Running' }] },
        { name: 'ws1', vmSize: A100, provisioningState: 'Creating', createdAt: '2026-01-01T00:00:00.000Z' },
      ],
      accepted: { ws1: { creates: 1, updates: 0, deletes: 0 } },
    });
  });

  test('may be made and vanish without anyone asking ARM', async () => {
    await client.send('PUT', '/simulator/pools/theirs', { body: POOL });
    expect((await client.send('GET', client.poolPath('theirs'))).body).toMatchObject({
      properties: { provisioningState: 'Succeeded' },
    });
    await client.send('DELETE', '/simulator/pools/theirs');

    expect((await client.send('GET', client.poolPath('theirs'))).status).toBe(404);
    expect((await client.send('PUT', '/simulator/pools/NotAName', { body: POOL })).status).toBe(400);
  });
});

describe('the log', () => {
  test('holds every ARM request with its body, status and sender, and nothing else', async () => {
    await client.send('PUT', client.poolPath('ws1'), {
      body: POOL,
      headers: { 'if-none-match': '*', 'x-ms-client-request-id': 'id-1', 'user-agent': 'test' },
    });
    await client.send('PUT', client.poolPath('ws1'), { text: '{' });
    await client.send('GET', '/simulator/pools');

    expect((await client.send('GET', '/simulator/log')).body).toMatchObject({
      requests: [
        {
          sequence: 1,
          time: '2026-01-01T00:00:00.000Z',
          method: 'PUT',
          path: client.poolPath('ws1').split('?')[0],
          apiVersion: '2026-06-01',
          route: 'PutPool',
          pool: 'ws1',
          status: 201,
          outcome: 'answered',
          body: POOL,
          ifNoneMatch: '*',
          clientRequestId: 'id-1',
          userAgent: 'test',
        },
        { sequence: 2, status: 400, errorCode: 'InvalidRequestContent' },
      ],
    });
    expect((await client.send('GET', '/simulator/log?after=1')).body).toMatchObject({ requests: [{ sequence: 2 }] });
  });

  test('can be followed', async () => {
    await client.send('GET', client.poolPath('system'));
    const lines = client.lines('/simulator/log?watch=true');

    expect(await firstOf(lines)).toMatchObject({ sequence: 1 });
    await client.send('GET', client.poolPath('nope'));
    expect(await firstOf(lines)).toMatchObject({ sequence: 2, status: 404, errorCode: 'NotFound' });
    await lines.return(undefined);
  });

  test('answers a client request id with itself', async () => {
    const reply = await client.send('GET', client.poolPath('system'), {
      headers: { 'x-ms-client-request-id': 'id-2' },
    });

    expect(reply.headers).toMatchObject({
      'x-ms-client-request-id': 'id-2',
      'x-ms-request-id': expect.stringMatching(/^[-0-9a-f]{36}$/u),
      'x-ms-ratelimit-remaining-subscription-reads': '249',
    });
  });
});

describe('faults on the wire', () => {
  test('cut the connection after the act: the pool is there, the caller does not know', async () => {
    await client.send('POST', '/simulator/faults', {
      body: { on: { route: 'PutPool' }, effect: { kind: 'cut', when: 'after' } },
    });

    await expect(client.send('PUT', client.poolPath('ws1'), { body: POOL })).rejects.toThrow('socket hang up');
    expect((await client.send('GET', client.poolPath('ws1'))).status).toBe(200);
    expect((await client.send('GET', '/simulator/log')).body).toMatchObject({
      requests: [{ status: 201, outcome: 'cut' }, { status: 200 }],
    });
  });

  test('or before it: there is nothing', async () => {
    await client.send('POST', '/simulator/faults', {
      body: { on: { route: 'PutPool' }, effect: { kind: 'cut', when: 'before' } },
    });

    await expect(client.send('PUT', client.poolPath('ws1'), { body: POOL })).rejects.toThrow('socket hang up');
    expect((await client.send('GET', client.poolPath('ws1'))).status).toBe(404);
    expect((await client.send('GET', '/simulator/log')).body).toMatchObject({
      requests: [{ status: 0, outcome: 'dropped' }, { status: 404 }],
    });
  });

  test('hold a request until it is released', async () => {
    const posted = await client.send('POST', '/simulator/faults', {
      body: { on: { route: 'PutPool' }, effect: { kind: 'hold', when: 'before' } },
    });
    const { ids } = idsSchema.parse(posted.body);
    const put = client.send('PUT', client.poolPath('ws1'), { body: POOL });
    await heldBy(ids[0] ?? '', 1);

    expect((await client.send('GET', client.poolPath('ws1'))).status).toBe(404);
    expect((await client.send('POST', `/simulator/faults/${ids[0] ?? ''}`)).body).toEqual({ released: 1 });
    expect((await put).status).toBe(201);
  });

  test('do nothing for a held caller who has gone', async () => {
    const posted = await client.send('POST', '/simulator/faults', {
      body: { on: { route: 'PutPool' }, effect: { kind: 'hold', when: 'before' } },
    });
    const { ids } = idsSchema.parse(posted.body);
    const caller = new AbortController();
    const put = client.send('PUT', client.poolPath('ws1'), { body: POOL, signal: caller.signal });
    await heldBy(ids[0] ?? '', 1);
    caller.abort();

    await expect(put).rejects.toThrow('aborted');
    await heldBy(ids[0] ?? '', 0);
    expect((await client.send('GET', client.poolPath('ws1'))).status).toBe(404);
  });

  test('are listed, and gone when removed', async () => {
    await client.send('POST', '/simulator/faults', {
      body: { faults: [{ times: null, effect: { kind: 'answer', error: { id: 'server' } } }] },
    });
    expect((await client.send('GET', client.poolPath('system'))).status).toBe(503);

    expect((await client.send('GET', '/simulator/faults')).body).toMatchObject({ faults: [{ seen: 1, fired: 1 }] });
    await client.send('DELETE', '/simulator/faults');
    expect((await client.send('GET', client.poolPath('system'))).status).toBe(200);
    expect((await client.send('GET', '/simulator/faults')).body).toEqual({ faults: [] });
  });

  test.each([{ effect: { kind: 'explode' } }, [], 'text'])('are refused when they are wrong: %j', async (fault) => {
    expect(await client.send('POST', '/simulator/faults', { body: fault })).toMatchObject({
      status: 400,
      body: { error: { code: 'InvalidRequest' } },
    });
  });
});

describe('settings', () => {
  test('change one by one for what begins from then on', async () => {
    await client.send('PATCH', '/simulator/settings', { body: { vmBootSeconds: 5, vmAllocateSeconds: 1 } });
    await client.send('PUT', client.poolPath('ws1'), { body: POOL });
    await clock.advance(5000);

    expect((await client.send('GET', '/simulator/vms')).body).toMatchObject({
      vms: [{ pool: 'system' }, { pool: 'ws1', state: 'Running' }],
    });
    expect((await client.send('GET', '/simulator/settings')).body).toMatchObject({ vmBootSeconds: 5, scale: 1 });
  });

  test('are refused when they are wrong, and described', async () => {
    expect(await client.send('PATCH', '/simulator/settings', { body: { vmBootSecond: 5 } })).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('vmBootSecond') } },
    });
    expect((await client.send('GET', '/simulator/schemas')).body).toMatchObject({
      settings: { properties: { vmBootSeconds: { default: 80 } } },
      fault: { properties: { effect: {} } },
    });
    expect((await client.send('GET', '/simulator')).body).toMatchObject({
      routes: { 'GET /simulator/pools': expect.any(String) },
    });
    expect((await client.send('GET', '/simulator/nothing')).status).toBe(404);
  });
});

/** Asks until a fault holds so many requests: the other side of the wire is not ours to step. */
async function heldBy(id: string, count: number): Promise<void> {
  for (;;) {
    const { body } = await client.send('GET', `/simulator/faults/${id}`);
    if (typeof body === 'object' && body !== null && 'holding' in body && body.holding === count) {
      return;
    }
  }
}
