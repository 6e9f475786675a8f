import { setImmediate } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { silentLogger, systemClock } from '@kaito/controller-runtime';

import { aVm, Machines } from '../../../test/node-agent/machines.ts';
import { startArmSimulator } from '../../arm-simulator/arm-simulator.ts';
import { VmStream } from './vm-stream.ts';

let machines: Machines;
let stream: VmStream;
let running: Promise<void>;
let stopping: AbortController;

beforeEach(async () => {
  machines = new Machines();
  stopping = new AbortController();
  await machines.listen();
  stream = new VmStream({ endpoint: machines.endpoint, caPem: undefined, clock: systemClock, logger: silentLogger });
});

afterEach(async () => {
  stopping.abort();
  await running;
  await machines.close();
});

const names = (): readonly string[] => stream.list().map(({ name }) => name);

/** Resolves when the stream tells of a change that leads to these machines. */
async function untilNames(...wanted: readonly string[]): Promise<void> {
  const reached = Promise.withResolvers<undefined>();
  const look = (): void => {
    if (names().toSorted().join(' ') === wanted.join(' ')) {
      reached.resolve(undefined);
    }
  };
  stream.onChange(look);
  look();
  await reached.promise;
}

describe('VmStream', () => {
  test('knows all machines once it is synced, and follows changes', async () => {
    machines.set(aVm({ name: 'a' }));
    machines.set(aVm({ name: 'b' }));
    running = stream.run(stopping.signal);
    await stream.synced(stopping.signal);
    expect(names()).toEqual(['a', 'b']);
    machines.set(aVm({ name: 'a', state: 'Stopped' }));
    machines.delete('b');
    await untilNames('a');
    expect(stream.get('a')?.state).toBe('Stopped');
  });

  test('waits for a simulator that is not there, until it is told to stop', async () => {
    await machines.close();
    running = stream.run(stopping.signal);
    const synced = stream.synced(stopping.signal);
    stopping.abort(new Error('enough'));
    await expect(synced).rejects.toThrow('enough');
    await machines.listen();
  });

  test('is synced when there is no machine', async () => {
    running = stream.run(stopping.signal);
    await stream.synced(stopping.signal);
    expect(names()).toEqual([]);
  });

  test('learns after an interruption what went and came meanwhile', async () => {
    machines.set(aVm({ name: 'a' }));
    machines.set(aVm({ name: 'b' }));
    running = stream.run(stopping.signal);
    await stream.synced(stopping.signal);
    await machines.close();
    machines.delete('a');
    machines.set(aVm({ name: 'c' }));
    await setImmediate();
    expect(names()).toEqual(['a', 'b']);
    await machines.listen();
    await untilNames('b', 'c');
    expect(names().toSorted()).toEqual(['b', 'c']);
  });
});

describe('VmStream of the ARM simulator', () => {
  test('knows the machine of the system pool', async () => {
    const simulator = await startArmSimulator({ scale: 0.001 });
    const { endpoint, caPem } = simulator;
    stream = new VmStream({ endpoint, caPem, clock: systemClock, logger: silentLogger });
    running = stream.run(stopping.signal);
    await stream.synced(stopping.signal);
    const [machine] = stream.list();
    expect(machine).toMatchObject({ state: 'Running', gpuCount: 0 });
    expect(machine?.providerId).toMatch(/^azure:\/\/\//u);
    expect(machine?.labels['agentpool']).toBe(machine?.pool);
    stopping.abort();
    await running;
    await simulator.close();
  });
});
