import { describe, expect, test } from '@jest/globals';

import { Probe } from './pod.ts';
import { newProbeRun, probeAnswered, probeSent } from './probe-run.ts';
import type { ProbeRun } from './probe-run.ts';

const probe = Probe.parse({ httpGet: { port: 80 }, periodSeconds: 10, failureThreshold: 3, successThreshold: 2 });

/** Answers that each come in the moment they are due. */
function verdicts(answers: readonly boolean[]): readonly (boolean | undefined)[] {
  let run: ProbeRun = newProbeRun('readiness', probe, { startedAtMs: 0, podStartMs: 0 });
  return answers.map((success) => {
    run = probeAnswered(probeSent(run), probe, success, run.dueAtMs);
    return run.verdict;
  });
}

describe('newProbeRun', () => {
  const times = { startedAtMs: 12_500, podStartMs: 1000 };

  test('asks for readiness at once, or after the initial delay', () => {
    expect(newProbeRun('readiness', probe, times).dueAtMs).toBe(12_500);
    expect(newProbeRun('readiness', { ...probe, initialDelaySeconds: 5 }, times).dueAtMs).toBe(17_500);
  });

  test('asks for startup and liveness at the ticks counted from the arrival of the pod', () => {
    expect(newProbeRun('liveness', probe, times).dueAtMs).toBe(21_000);
    expect(newProbeRun('startup', { ...probe, initialDelaySeconds: 9 }, times).dueAtMs).toBe(31_000);
    expect(newProbeRun('liveness', probe, { startedAtMs: 1000, podStartMs: 1000 }).dueAtMs).toBe(11_000);
  });
});

describe('probeAnswered', () => {
  test('makes a verdict when a threshold is reached', () => {
    expect(verdicts([true, true, false, false, false, true, true])).toEqual([
      undefined,
      true,
      true,
      true,
      false,
      false,
      true,
    ]);
  });

  test('counts only answers in a row', () => {
    expect(verdicts([false, false, true, false, false, true])).toEqual(Array.from({ length: 6 }));
  });

  test('is due a period later, leaving out ticks that passed while the answer was awaited', () => {
    const run = probeSent({ dueAtMs: 0, isInFlight: false, inARow: 0 });
    expect(probeAnswered(run, probe, true, 50).dueAtMs).toBe(10_000);
    expect(probeAnswered(run, probe, true, 25_000).dueAtMs).toBe(30_000);
  });
});
