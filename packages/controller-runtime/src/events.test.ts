import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock, FakeKubernetes } from '@kaito/testkit';

import { recordingLogger } from '../test/notes.ts';
import type { LogLine } from '../test/notes.ts';
import { ApiError } from './api-error.ts';
import { eventRecorder } from './events.ts';
import type { Event, EventRecorder } from './events.ts';

const events = { group: 'events.k8s.io', version: 'v1', plural: 'events', kind: 'Event', isNamespaced: true };
const launched: Event = {
  regarding: { apiVersion: 'kaito.sh/v1beta1', kind: 'Workspace', name: 'phi', namespace: 'default', uid: 'u1' },
  type: 'Normal',
  reason: 'NodeLaunched',
  action: 'Launch',
  message: 'asked for a node',
};
let clock: FakeClock;
let server: FakeKubernetes;
let lines: LogLine[];
let recorder: EventRecorder;
let stop: AbortController;

beforeEach(() => {
  clock = new FakeClock('2026-01-01T00:00:00.500Z');
  server = new FakeKubernetes(clock);
  lines = [];
  stop = new AbortController();
  recorder = eventRecorder({
    kubernetes: server,
    clock,
    logger: recordingLogger(lines),
    reportingController: 'kaito.sh/workspace-controller',
    reportingInstance: 'replica-0',
    signal: stop.signal,
  });
});

describe('eventRecorder', () => {
  it('writes what the API server asks of an event', async () => {
    recorder.record(launched);
    await recorder.flushed();
    const [event] = server.objects(events);
    expect(event).toMatchObject({
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: 'phi.19b76daa9f40001', namespace: 'default' },
      eventTime: '2026-01-01T00:00:00.500000Z',
      reportingController: 'kaito.sh/workspace-controller',
      reportingInstance: 'replica-0',
      regarding: launched.regarding,
      type: 'Normal',
      reason: 'NodeLaunched',
      action: 'Launch',
      note: 'asked for a node',
    });
  });

  it('puts events about what lives in no namespace into the default one', async () => {
    recorder.record({ ...launched, regarding: { apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u2' } });
    await recorder.flushed();
    expect(server.objects(events)[0]?.metadata.namespace).toBe('default');
  });

  it('tells the same thing again after two minutes, and another thing at once', async () => {
    recorder.record(launched);
    await clock.advance(119_999);
    recorder.record(launched);
    recorder.record({ ...launched, message: 'asked for another node' });
    await recorder.flushed();
    expect(server.objects(events)).toHaveLength(2);
    await clock.advance(1);
    recorder.record(launched);
    await recorder.flushed();
    expect(server.objects(events)).toHaveLength(3);
  });

  it('cuts what is too long', async () => {
    recorder.record({ ...launched, message: 'ü'.repeat(2_000) });
    await recorder.flushed();
    const [event] = server.objects(events);
    expect(Buffer.byteLength(String(event?.['note']))).toBeLessThanOrEqual(1_024);
  });

  it('logs a failure and goes on', async () => {
    server.fail('create', new ApiError('Forbidden', 'no'));
    recorder.record(launched);
    recorder.record({ ...launched, reason: 'NodeReady' });
    await recorder.flushed();
    expect(server.objects(events)).toHaveLength(1);
    expect(lines.map(({ level, message }) => [level, message])).toEqual([['warn', 'Writing an event failed']]);
  });

  it('keeps no more than it can bear while the API server does not answer', async () => {
    server.fail('create', 'hangs');
    for (let index = 0; index < 5_000; index += 1) {
      recorder.record({ ...launched, message: String(index) });
    }
    await clock.settle();
    stop.abort();
    await recorder.flushed();
    recorder.record(launched);
    expect(server.calls).toHaveLength(1);
    expect(lines).toEqual([]);
  });
});
