import type { Probe } from './pod.ts';

export type ProbeKind = 'startup' | 'readiness' | 'liveness';

/** What the kubelet remembers of one probe of one running container. */
export interface ProbeRun {
  readonly dueAtMs: number;
  readonly isInFlight: boolean;
  /** The last answer, and how many like it came in a row. */
  readonly lastSuccess?: boolean;
  readonly inARow: number;
  /** What the thresholds made of it; undefined until one is reached. */
  readonly verdict?: boolean;
}

/**
 * Readiness is asked for at once, startup and liveness at the ticks that the kubelet counts from the arrival of
 * the pod: a program has a moment to come up.
 */
export function newProbeRun(
  kind: ProbeKind,
  probe: Probe,
  { startedAtMs, podStartMs }: { readonly startedAtMs: number; readonly podStartMs: number },
): ProbeRun {
  const earliestMs = startedAtMs + probe.initialDelaySeconds * 1000;
  const periodMs = probe.periodSeconds * 1000;
  const tickMs = podStartMs + periodMs * (Math.floor((earliestMs - podStartMs) / periodMs) + 1);
  return { dueAtMs: kind === 'readiness' ? earliestMs : tickMs, isInFlight: false, inARow: 0 };
}

export function probeSent(run: ProbeRun): ProbeRun {
  return { ...run, isInFlight: true };
}

/** Takes in an answer. The next one is due a period after the last was due, or at once when that has passed. */
export function probeAnswered(run: ProbeRun, probe: Probe, success: boolean, nowMs: number): ProbeRun {
  const inARow = run.lastSuccess === success ? run.inARow + 1 : 1;
  const threshold = success ? probe.successThreshold : probe.failureThreshold;
  const verdict = inARow >= threshold ? success : run.verdict;
  return {
    dueAtMs: nextTick(run.dueAtMs, probe.periodSeconds * 1000, nowMs),
    isInFlight: false,
    lastSuccess: success,
    inARow,
    ...(verdict !== undefined && { verdict }),
  };
}

/** A slow answer does not make the probe run twice in a row: ticks that passed meanwhile are left out. */
function nextTick(dueAtMs: number, periodMs: number, nowMs: number): number {
  return dueAtMs + periodMs * Math.max(1, Math.ceil((nowMs - dueAtMs) / periodMs));
}
