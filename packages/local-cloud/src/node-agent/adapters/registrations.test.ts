import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { aVm } from '../../../test/node-agent/machines.ts';
import { Registrations } from './registrations.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'kaito-registrations-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe('Registrations', () => {
  test('remembers across restarts which machine was registered, not which name', async () => {
    const first = await Registrations.open(directory);
    const machine = aVm({ name: 'a', createdAt: '2026-01-01T00:00:00Z' });
    await Promise.all([first.add(machine, 7), first.add(aVm({ name: 'b' }), 8), first.remove('b')]);
    const second = await Registrations.open(directory);
    expect(second.names()).toEqual(['a']);
    expect(second.registeredAtMs(machine)).toBe(7);
    expect(second.registeredAtMs({ ...machine, createdAt: '2026-01-02T00:00:00Z' })).toBeUndefined();
  });
});
