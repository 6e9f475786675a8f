import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { AuditLog } from './audit-log.ts';

const OURS = 'system:serviceaccount:kaito-workspace:workspace-sa';
const services = { resource: 'services', namespace: 'default', name: 'a', apiVersion: 'v1' };

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kaito-audit-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('AuditLog', () => {
  it('tells once what was refused to an account, from a time on', async () => {
    const log = await logOf([
      entry({ verb: 'delete', requestReceivedTimestamp: '2026-01-01T00:00:00.000000Z' }),
      entry({}),
      entry({}),
      entry({
        verb: 'patch',
        objectRef: { ...services, apiGroup: 'apps', resource: 'deployments', subresource: 'status' },
      }),
      entry({ verb: 'list', responseStatus: { code: 200 } }),
      entry({ user: { username: 'somebody' } }),
    ]);
    expect(await log.refusals([OURS], new Date('2026-01-01T00:00:01Z'))).toEqual([
      `${OURS} create services default/a`,
      `${OURS} patch deployments/status.apps default/a`,
    ]);
  });

  it('counts requests that were answered', async () => {
    const log = await logOf([entry({ responseStatus: { code: 200 } }), entry({ stage: 'ResponseStarted' })]);
    expect(await log.requests(OURS, new Date(0))).toBe(1);
  });

  it('takes a request of nobody, such as one with the token of an account that is gone', async () => {
    const log = await logOf([entry({ user: {}, responseStatus: { code: 401 } }), entry({})]);
    expect(await log.refusals([OURS], new Date(0))).toHaveLength(1);
  });

  it('waits with a line that is still being written', async () => {
    const log = await logOf([entry({})], '{"stage":"Resp');
    expect(await log.refusals([OURS], new Date(0))).toHaveLength(1);
  });
});

function entry(overrides: Readonly<Record<string, unknown>>) {
  return {
    stage: 'ResponseComplete',
    verb: 'create',
    user: { username: OURS },
    requestReceivedTimestamp: '2026-01-01T00:00:02.000000Z',
    responseStatus: { code: 403 },
    objectRef: services,
    ...overrides,
  };
}

async function logOf(entries: readonly unknown[], rest = ''): Promise<AuditLog> {
  const file = path.join(folder, 'audit.log');
  await writeFile(file, entries.map((one) => `${JSON.stringify(one)}\n`).join('') + rest);
  return new AuditLog(file);
}
