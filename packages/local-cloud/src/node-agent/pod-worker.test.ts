import { describe, expect, test } from '@jest/globals';
import { silentLogger } from '@kaito/controller-runtime';
import { FakeClock } from '@kaito/testkit';

import { aPod } from '../../test/node-agent/a-pod.ts';
import type { PodOverrides } from '../../test/node-agent/a-pod.ts';
import type { StartFailure } from './core/container-run.ts';
import type { Container } from './core/pod.ts';
import type { ContainerExit } from './core/pod-run.ts';
import type { ProbeKind } from './core/probe-run.ts';
import type { PodHost, RunningContainer, StartResult } from './pod-ports.ts';
import { PodWorker } from './pod-worker.ts';

const SECOND = 1000;
const DELAYS = { restart: { initialMs: 10 * SECOND, maxMs: 300 * SECOND }, retryMs: 10 * SECOND };

/** A machine whose programs do as they are told. */
class FakeHost implements PodHost {
  readonly place = { podIp: '10.244.0.1', hostIp: '127.0.0.1', allocatable: {} };
  readonly log: string[] = [];
  readonly #exits = new Map<string, (exit: ContainerExit) => void>();
  readonly answers: Partial<Record<ProbeKind, boolean>> = {};
  startFailure: StartFailure | undefined;
  volumeProblem: string | undefined;
  /** Programs that do not end when they are asked to. */
  isStubborn = false;
  /** What a start waits for. */
  gate: Promise<undefined> | undefined;

  async prepareVolumes(): Promise<void> {
    this.log.push('volumes');
    if (this.volumeProblem !== undefined) {
      throw new Error(this.volumeProblem);
    }
  }

  async refreshVolumes(): Promise<void> {
    this.log.push('refresh');
  }

  async start(_pod: unknown, { name, image }: Container, runs: number): Promise<StartResult> {
    this.log.push(`start ${name} ${image.split(':')[1]} ${runs}`);
    await this.gate;
    if (this.startFailure !== undefined) {
      return { kind: 'Failed', failure: this.startFailure };
    }
    const { promise: exited, resolve } = Promise.withResolvers<ContainerExit>();
    this.#exits.set(name, resolve);
    const running: RunningContainer = {
      containerId: `fake://${name}-${runs}`,
      exited,
      signal: (signal) => {
        this.log.push(`${signal} ${name}`);
        if (signal === 'SIGKILL' || !this.isStubborn) {
          resolve({ exitCode: signal === 'SIGKILL' ? 137 : 143 });
        }
      },
      probe: async (_container, kind) => {
        this.log.push(kind);
        return { success: this.answers[kind] ?? false, message: 'as told' };
      },
    };
    return { kind: 'Started', running };
  }

  async remove(): Promise<void> {
    throw new Error('not used by the worker');
  }

  exit(container: string, exitCode: number): void {
    this.#exits.get(container)?.({ exitCode });
  }
}

/** A worker with everything it touches. */
async function begin(overrides: PodOverrides = {}, prepare: (host: FakeHost) => void = () => undefined) {
  const clock = new FakeClock();
  const host = new FakeHost();
  prepare(host);
  const notes: string[] = [];
  const finished: string[] = [];
  const worker = new PodWorker({
    pod: aPod(overrides),
    host,
    clock,
    logger: silentLogger,
    delays: DELAYS,
    onChange: () => undefined,
    onFinished: () => finished.push('finished'),
    onNote: ({ reason }) => notes.push(reason),
  });
  worker.start();
  await clock.settle();
  const statuses = () => {
    const status = worker.status();
    return [...status.initContainerStatuses, ...status.containerStatuses];
  };
  return {
    clock,
    host,
    worker,
    notes,
    finished,
    log: () => host.log.splice(0),
    /** `name:state` of every container. */
    states: () =>
      statuses().map(({ name, state }) => {
        const reason = state?.waiting?.reason ?? state?.terminated?.reason ?? 'Running';
        return `${name}:${reason}`;
      }),
    restarts: () => statuses().map(({ restartCount }) => restartCount),
    condition: (type: string) => worker.status().conditions.find((condition) => condition.type === type)?.status,
  };
}

const container = (more: object = {}) => ({ name: 'main', image: 'a:v1', ...more });
const probe = (more: object = {}) => ({ httpGet: { port: 80 }, periodSeconds: 10, ...more });

describe('PodWorker', () => {
  test('prepares volumes, starts the container and is Ready', async () => {
    const { log, states, condition, worker } = await begin({ spec: { containers: [container()] } });
    expect(log()).toEqual(['volumes', 'start main v1 0']);
    expect(states()).toEqual(['main:Running']);
    expect(condition('Ready')).toBe('True');
    expect(worker.status()).toMatchObject({ phase: 'Running', podIP: '10.244.0.1', startTime: '2026-01-01T00:00:00Z' });
  });

  test('tries volumes again that cannot be made', async () => {
    const { clock, host, log, notes, worker } = await begin({}, (machine) => {
      machine.volumeProblem = 'secret "x" not found';
    });
    expect(notes).toEqual(['FailedMount']);
    expect(worker.isInTransit).toBe(false);
    expect(worker.status().containerStatuses[0]?.state?.waiting).toEqual({
      reason: 'ContainerCreating',
      message: 'MountVolume.SetUp failed: secret "x" not found',
    });
    host.volumeProblem = undefined;
    await clock.advance(10 * SECOND);
    expect(log()).toEqual(['volumes', 'volumes', 'start main v1 0']);
  });

  test('runs init containers one after the other, then all containers', async () => {
    const { clock, host, log, states, condition } = await begin({
      spec: {
        initContainers: [container({ name: 'one' }), container({ name: 'two' })],
        containers: [container(), container({ name: 'other' })],
      },
    });
    expect(log()).toEqual(['volumes', 'start one v1 0']);
    expect(states()).toEqual(['one:Running', 'two:ContainerCreating', 'main:PodInitializing', 'other:PodInitializing']);
    host.exit('one', 0);
    await clock.settle();
    expect(log()).toEqual(['start two v1 0']);
    expect(condition('Initialized')).toBe('False');
    host.exit('two', 0);
    await clock.settle();
    expect(log()).toEqual(['start main v1 0', 'start other v1 0']);
    expect(condition('Initialized')).toBe('True');
  });

  test('starts a sidecar in its turn and ends it last', async () => {
    const { clock, host, log, finished, worker } = await begin({
      spec: {
        initContainers: [container({ name: 'side', restartPolicy: 'Always' })],
        containers: [container()],
      },
    });
    expect(log()).toEqual(['volumes', 'start side v1 0', 'start main v1 0']);
    host.isStubborn = true;
    worker.terminate(30 * SECOND);
    await clock.settle();
    expect(log()).toEqual(['SIGTERM main']);
    host.exit('main', 0);
    await clock.settle();
    expect(log()).toEqual(['SIGTERM side']);
    host.exit('side', 0);
    await clock.settle();
    expect(finished).toEqual(['finished']);
  });

  test('restarts at once, then after ever longer waits', async () => {
    const { clock, host, log, states, restarts } = await begin();
    log();
    host.exit('main', 1);
    await clock.settle();
    expect(log()).toEqual(['start main v1 1']);
    host.exit('main', 1);
    await clock.settle();
    expect([states(), restarts(), log()]).toEqual([['main:CrashLoopBackOff'], [1], []]);
    await clock.advance(9999);
    expect(log()).toEqual([]);
    await clock.advance(1);
    expect([log(), restarts()]).toEqual([['start main v1 2'], [2]]);
  });

  test.each([
    ['Always', 0, 'main:Running', 'Running'],
    ['OnFailure', 0, 'main:Completed', 'Succeeded'],
    ['OnFailure', 1, 'main:Running', 'Running'],
    ['Never', 0, 'main:Completed', 'Succeeded'],
    ['Never', 1, 'main:Error', 'Failed'],
  ])('under policy %s exit code %d leads to %s', async (restartPolicy, exitCode, state, phase) => {
    const { clock, host, states, worker } = await begin({ spec: { restartPolicy, containers: [container()] } });
    host.exit('main', exitCode);
    await clock.settle();
    expect(states()).toEqual([state]);
    expect(worker.status().phase).toBe(phase);
  });

  test('fails for good when an init container fails under policy Never', async () => {
    const { clock, host, log, states, worker } = await begin({
      spec: { restartPolicy: 'Never', initContainers: [container({ name: 'init' })], containers: [container()] },
    });
    log();
    host.exit('init', 2);
    await clock.advance(600 * SECOND);
    expect(log().filter((line) => line.startsWith('start'))).toEqual([]);
    expect([worker.status().phase, states()]).toEqual(['Failed', ['init:Error', 'main:PodInitializing']]);
  });

  test('asks the startup probe alone until it succeeds, then readiness at once', async () => {
    const { clock, host, log, condition } = await begin({
      spec: {
        containers: [
          container({ startupProbe: probe({ periodSeconds: 1 }), readinessProbe: probe(), livenessProbe: probe() }),
        ],
      },
    });
    host.answers.readiness = true;
    host.answers.liveness = true;
    log();
    await clock.advance(1 * SECOND);
    expect(log()).toEqual(['startup']);
    host.answers.startup = true;
    await clock.advance(1 * SECOND);
    expect(log()).toEqual(['startup', 'readiness']);
    expect(condition('Ready')).toBe('True');
    await clock.advance(10 * SECOND);
    expect(log().toSorted()).toEqual(['liveness', 'readiness']);
  });

  test('is taken for unready after the threshold, and ready again', async () => {
    const { clock, host, condition } = await begin(
      { spec: { containers: [container({ readinessProbe: probe({ failureThreshold: 2 }) })] } },
      (machine) => {
        machine.answers.readiness = true;
      },
    );
    expect(condition('Ready')).toBe('True');
    host.answers.readiness = false;
    await clock.advance(10 * SECOND);
    expect(condition('Ready')).toBe('True');
    await clock.advance(10 * SECOND);
    expect(condition('Ready')).toBe('False');
    host.answers.readiness = true;
    await clock.advance(10 * SECOND);
    expect(condition('Ready')).toBe('True');
  });

  test('ends a container whose liveness probe fails, by force after its grace, and starts it again', async () => {
    const { clock, host, log, restarts, notes } = await begin({
      spec: {
        terminationGracePeriodSeconds: 30,
        containers: [container({ livenessProbe: probe({ failureThreshold: 2, terminationGracePeriodSeconds: 5 }) })],
      },
    });
    host.isStubborn = true;
    log();
    await clock.advance(20 * SECOND);
    expect(log()).toEqual(['liveness', 'liveness', 'SIGTERM main']);
    await clock.advance(5 * SECOND);
    expect(log()).toEqual(['SIGKILL main', 'start main v1 1']);
    expect(restarts()).toEqual([1]);
    expect(notes).toEqual(['Unhealthy', 'Unhealthy', 'Killing']);
  });

  test('gives up on a container that does not start up', async () => {
    const { clock, host, log } = await begin({
      spec: {
        containers: [container({ startupProbe: probe({ periodSeconds: 1, failureThreshold: 3 }) })],
      },
    });
    log();
    await clock.advance(3 * SECOND);
    expect(log()).toEqual(['startup', 'startup', 'startup', 'SIGTERM main', 'start main v1 1']);
    expect(host.answers).toEqual({});
  });

  test('waits ever longer for an image that is not known, telling it twice', async () => {
    const { clock, log, states } = await begin({}, (machine) => {
      machine.startFailure = { kind: 'UnknownImage', message: 'no such program' };
    });
    expect(states()).toEqual(['main:ErrImagePull']);
    await clock.advance(1 * SECOND);
    expect(states()).toEqual(['main:ImagePullBackOff']);
    log();
    await clock.advance(9 * SECOND);
    await clock.advance(20 * SECOND);
    expect(log()).toEqual(['start main v1 0', 'start main v1 0']);
    expect(states()).toEqual(['main:ImagePullBackOff']);
  });

  test('looks at an impossible image name again only when the name changes', async () => {
    const { clock, host, log, states, worker } = await begin({}, (machine) => {
      machine.startFailure = { kind: 'InvalidImageName', message: 'no' };
    });
    await clock.advance(3600 * SECOND);
    expect(states()).toEqual(['main:InvalidImageName']);
    log();
    host.startFailure = undefined;
    worker.update(aPod({ spec: { containers: [container({ image: 'a:v2' })] } }));
    await clock.settle();
    expect(log()).toEqual(['start main v2 0']);
  });

  test('counts a program that cannot be executed as a run that failed', async () => {
    const { states, restarts } = await begin({}, (machine) => {
      machine.startFailure = { kind: 'StartError', message: 'not found' };
    });
    expect([states(), restarts()]).toEqual([['main:CrashLoopBackOff'], [1]]);
  });

  test('runs another image when the pod names one', async () => {
    const { clock, log, worker, restarts } = await begin({ spec: { containers: [container()] } });
    log();
    worker.update(aPod({ spec: { containers: [container({ image: 'a:v2' })] } }));
    await clock.settle();
    expect(log()).toEqual(['SIGTERM main', 'start main v2 1']);
    expect(restarts()).toEqual([1]);
  });

  test('ends everything within the grace period, and asks no probe any more', async () => {
    const { clock, host, log, finished, worker } = await begin({
      spec: { containers: [container({ readinessProbe: probe() }), container({ name: 'other' })] },
    });
    host.isStubborn = true;
    log();
    worker.terminate(30 * SECOND);
    await clock.advance(20 * SECOND);
    expect(log()).toEqual(['SIGTERM main', 'SIGTERM other']);
    host.exit('other', 0);
    worker.terminate(5 * SECOND);
    await clock.advance(5 * SECOND);
    expect([log(), finished]).toEqual([['SIGKILL main'], ['finished']]);
  });

  test('ends what is being started at the moment once it is there', async () => {
    const gate = Promise.withResolvers<undefined>();
    const { clock, log, finished, worker } = await begin({}, (machine) => {
      machine.gate = gate.promise;
    });
    worker.terminate(30 * SECOND);
    await clock.settle();
    expect([log(), finished]).toEqual([['volumes', 'start main v1 0'], []]);
    gate.resolve(undefined);
    await clock.settle();
    expect([log(), finished]).toEqual([['SIGTERM main'], ['finished']]);
  });

  test('refreshes volumes each minute until it ends', async () => {
    const { clock, log, worker } = await begin();
    log();
    await clock.advance(60 * SECOND);
    expect(log()).toEqual(['refresh']);
    worker.terminate(0);
    await clock.advance(120 * SECOND);
    expect(log()).toEqual(['SIGTERM main']);
  });
});

const before = (state: object, more: object = {}) => ({
  phase: 'Running',
  startTime: '2025-12-31T23:00:00Z',
  containerStatuses: [
    { name: 'main', ready: true, restartCount: 2, image: 'a', imageID: 'a', containerID: 'old', state, ...more },
  ],
});

describe('PodWorker after another agent', () => {
  test('starts what ran, once more', async () => {
    const { log, restarts, worker } = await begin({
      status: before({ running: { startedAt: '2025-12-31T23:00:00Z' } }),
    });
    expect([log(), restarts()]).toEqual([['volumes', 'start main v1 3'], [3]]);
    expect(worker.status()).toMatchObject({
      startTime: '2025-12-31T23:00:00Z',
      containerStatuses: [{ lastState: { terminated: { reason: 'ContainerStatusUnknown', exitCode: 137 } } }],
    });
  });

  test('does not start again what runs once', async () => {
    const running = { status: before({ running: {} }), spec: { restartPolicy: 'Never', containers: [container()] } };
    const { log, worker } = await begin(running);
    expect([log(), worker.status().phase]).toEqual([['volumes'], 'Failed']);
  });

  test('leaves a pod alone that is over', async () => {
    const { log, finished, worker, clock } = await begin({ status: { phase: 'Succeeded' } });
    expect(log()).toEqual([]);
    worker.terminate(0);
    await clock.settle();
    expect(finished).toEqual(['finished']);
  });

  test('counts no restart for what never ran', async () => {
    const { restarts } = await begin({
      status: before({ waiting: { reason: 'ImagePullBackOff' } }, { restartCount: 0, containerID: '' }),
    });
    expect(restarts()).toEqual([0]);
  });
});
