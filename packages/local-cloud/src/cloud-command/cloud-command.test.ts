import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeClock } from '@kaito/testkit';

import { ArmClient } from '../../test/arm-client.ts';
import { startArmSimulator } from '../arm-simulator/arm-simulator.ts';
import type { ArmSimulator } from '../arm-simulator/arm-simulator.ts';
import { age } from './age.ts';
import { runCloudCommand } from './cloud-command.ts';
import { cloudOptions } from './options.ts';
import { SimulatorClient } from './simulator-client.ts';

const TAGS = { 'kaito-claim': 'ws1', 'kaito-claim-uid': '12345678-aaaa-bbbb-cccc-1234567890ab' };
const POOL = { properties: { vmSize: 'Standard_NC24ads_A100_v4', count: 1, tags: TAGS } };

let clock: FakeClock;
let simulator: ArmSimulator;
let arm: ArmClient;
let output: string;

beforeEach(async () => {
  clock = new FakeClock();
  simulator = await startArmSimulator({ clock, scale: 1, settings: { acceptSeconds: 0 } });
  arm = new ArmClient(simulator);
  output = '';
  await arm.signIn();
});

afterEach(async () => {
  arm.close();
  await simulator.close();
});

async function run(args: readonly string[], onWrite: () => void = () => undefined): Promise<readonly string[]> {
  const interrupted = new AbortController();
  await runCloudCommand({
    options: cloudOptions(args),
    client: () => new SimulatorClient(simulator),
    write: (text) => {
      output += text;
      onWrite();
      if (output.includes('nope')) {
        interrupted.abort();
      }
    },
    now: () => clock.now(),
    signal: interrupted.signal,
  });
  return output.trimEnd().split('\n');
}

describe('npm run cloud -- pools', () => {
  test('shows each pool with its state, nodes and owner, in columns', async () => {
    await clock.advance(3_660_000);
    await arm.send('PUT', arm.poolPath('ws1'), { body: POOL });
    await clock.advance(85_000);

    expect(await run(['pools'])).toEqual([
      'NAME    MODE    SIZE                      COUNT  STATE      NODES  OWNER           AGE    SINCE',
      'system  System  Standard_D4s_v5           1      Succeeded  1/1    -               1h2m   1h2m',
      'ws1     User    Standard_NC24ads_A100_v4  1      Creating   1/1    ws1 (12345678)  1m25s  1m25s',
    ]);
  });

  test('says below the table why a pool failed', async () => {
    await arm.send('PATCH', '/simulator/settings', { body: { capacity: { Standard_NC24ads_A100_v4: 0 } } });
    await arm.send('PUT', arm.poolPath('ws1'), { body: POOL });
    await clock.advance(30_000);

    const lines = await run(['pools']);
    expect(lines[2]).toContain('Failed     0/0');
    expect(lines.at(-1)).toMatch(/^ws1: AllocationFailed: Allocation failed\. /u);
  });

  test('gives everything as JSON', async () => {
    await run(['pools', '--json']);

    expect(JSON.parse(output)).toMatchObject({ pools: [{ name: 'system', tags: {} }] });
  });
});

describe('npm run cloud -- log', () => {
  test('shows each request with what it was about', async () => {
    const put = await arm.send('PUT', arm.poolPath('ws1'), { body: POOL });
    await arm.send('PUT', arm.poolPath('ws1'), { body: POOL, headers: { 'if-none-match': '*' } });
    const operation = new URL(String(put.headers['azure-asyncoperation']));
    await arm.send('GET', operation.pathname + operation.search);

    const [header, first, second, third] = await run(['log']);
    expect(header).toMatch(/^TIME \(UTC\) {4}METHOD {2}PATH {38}STATUS {26}MS$/u);
    expect(first).toMatch(/^00:00:00\.000 {2}PUT {5}agentPools\/ws1 {26,}201 {27,}0$/u);
    expect(second).toContain('412 PreconditionFailed');
    expect(third).toMatch(/GET {5}operations\/[0-9a-f]{8}… /u);
  });

  test('shows the last ones only when asked so, and each as JSON', async () => {
    await arm.send('GET', arm.poolPath('a'));
    await arm.send('GET', arm.poolPath('b'));

    const lines = await run(['log', '--last', '1', '--json']);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ method: 'GET', pool: 'b', status: 404 });
  });

  test('follows what comes', async () => {
    await arm.send('GET', arm.poolPath('system'));
    let written = 0;
    const lines = await run(['log', '--follow'], () => {
      written += 1;
      if (written === 2) {
        void arm.send('GET', arm.poolPath('nope'));
      }
    });

    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(/agentPools\/nope +404 NotFound/u);
  });

  test('tells of answers that never went out', async () => {
    for (const when of ['before', 'after']) {
      await arm.send('POST', '/simulator/faults', {
        body: { on: { route: 'GetPool' }, effect: { kind: 'cut', when } },
      });
      await expect(arm.send('GET', arm.poolPath('system'))).rejects.toThrow('socket hang up');
    }

    const [, first, second] = await run(['log']);
    expect(first).toContain('dropped before it was done');
    expect(second).toContain('200 (answer cut)');
  });
});

describe('the command line', () => {
  test('teaches by example', async () => {
    expect((await run([])).join('\n')).toContain('npm run cloud -- log --follow');
    expect(cloudOptions(['log', '--help'])).toEqual({ command: 'help' });
  });

  test.each([
    [['nodes'], '"nodes" is not a command: pools or log'],
    [['pools', 'x'], '"pools x" is not a command'],
    [['pools', '--follow'], '--follow and --last belong to log'],
    [['log', '--last=x'], '--last takes a whole number'],
    [['log', '--bogus'], "Unknown option '--bogus': see"],
  ])('refuses %j in one sentence', (args, text) => {
    expect(() => cloudOptions(args)).toThrow(text);
  });

  test('says so when the cluster has gone', async () => {
    await simulator.close();
    const gone = new SimulatorClient(simulator);
    simulator = await startArmSimulator();

    await expect(gone.json('/simulator/pools')).rejects.toThrow('does not answer: has the cluster stopped?');
  });
});

describe('age', () => {
  test.each([
    [-5, '0s'],
    [59, '59s'],
    [60, '1m'],
    [95, '1m35s'],
    [660, '11m'],
    [7260, '2h1m'],
    [90_000, '1d1h'],
  ])('of %d seconds is %s', (seconds, text) => {
    const now = new Date('2026-01-01T00:00:00Z');

    expect(age(new Date(now.getTime() - seconds * 1000).toISOString(), now)).toBe(text);
  });
});
