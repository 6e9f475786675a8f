import type { ControllerUnderTest } from './controller-under-test.ts';
import type { KillSwitch, Trap, Write } from './kill-switch.ts';
import type { Life } from './life.ts';
import type { Accepted, SimulatorClient } from './simulator-client.ts';

export const PHASES = ['create', 'delete'] as const;
export type Phase = (typeof PHASES)[number];

/** A controller with the switch on all its writes. */
export interface Subject {
  readonly name: string;
  readonly controller: ControllerUnderTest;
  readonly killSwitch: KillSwitch;
}

/** Which moment of a life is tried: one write of one controller. */
export interface Moment {
  readonly phase: Phase;
  readonly subject: Subject;
  readonly trap: Trap;
}

/** How a life ended. */
export interface KillOutcome {
  /** The write at which the controller was killed; undefined when that many were not made. */
  readonly killedAt: Write | undefined;
  readonly wasReady: boolean;
  readonly leftovers: readonly string[];
  /** What ARM accepted for the pools of this life. */
  readonly pools: readonly Accepted[];
  readonly tookMs: number;
}

const DEADLINE_MS = 240_000;

/** One Workspace from create to gone; at the moment, if one is given, a controller is killed. */
export async function liveThrough(
  life: Life,
  simulator: SimulatorClient,
  moment: Moment | undefined,
  signal: AbortSignal,
): Promise<KillOutcome> {
  const started = performance.now();
  const before = new Set(Object.keys(await simulator.accepted(signal)));
  arm(moment, 'create');
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  await life.create(deadline);
  const wasReady = await inTime(life.ready(deadline), signal);
  moment?.subject.killSwitch.disarm();
  arm(moment, 'delete');
  await life.delete(signal);
  const isGone = await inTime(life.gone(AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)])), signal);
  const accepted = await simulator.accepted(signal);
  return {
    killedAt: moment?.subject.killSwitch.sprungAt,
    wasReady,
    leftovers: isGone ? [] : await life.leftovers(signal),
    pools: Object.entries(accepted).flatMap(([name, counts]) => (before.has(name) ? [] : [counts])),
    tookMs: performance.now() - started,
  };
}

/** In the one phase the trap is set; the switch is not touched in the other, so that `sprungAt` stays. */
function arm(moment: Moment | undefined, phase: Phase): void {
  if (moment?.phase === phase) {
    const { killSwitch, controller } = moment.subject;
    killSwitch.reset(moment.trap, () => {
      controller.kill();
    });
  }
}

/** False when our own deadline passed; anything else that goes wrong is thrown. */
async function inTime(happens: Promise<void>, signal: AbortSignal): Promise<boolean> {
  try {
    await happens;
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && ['AbortError', 'TimeoutError'].includes(error.name)) {
      return false;
    }
    throw error;
  }
}

/** Whether the life was as it must be: one pool, created once, Ready in between, and nothing left. */
export function isFlawless({ wasReady, leftovers, pools }: KillOutcome): boolean {
  return wasReady && leftovers.length === 0 && pools.length === 1 && pools[0]?.creates === 1;
}
