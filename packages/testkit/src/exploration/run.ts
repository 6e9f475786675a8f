import type { Change } from '../api-server/table.ts';
import type { CloudEvent } from '../cloud/cloud-state.ts';
import { ROLES } from '../simulation/effect.ts';
import type { Call, Effect } from '../simulation/effect.ts';
import type { Fault, FaultKind } from '../simulation/fault.ts';
import type { Replica } from '../simulation/replica.ts';
import { World } from '../simulation/world.ts';
import { INVARIANTS } from './invariants/index.ts';
import type { Observer, Violation } from './invariants/index.ts';
import { People } from './people.ts';
import type { Scenario, Step } from './scenario.ts';
import { StateSet } from './states.ts';
import { View } from './view.ts';

/** A controller at rest stays so for this long: twice the longest pause between two tries. */
const QUIET_MS = 6_000;
/** A run that has not reached its goal by then will not. */
const LIMIT_MS = 240_000;
/** No run comes near that, however long it takes. */
const LIMIT_STEPS = 12_000;
/** Between what somebody saw and what he does. */
const REACTION_MS = 10;
/** Renewals of two leases, an idle look, and watches that ask whether they are still alive. */
const REST_STEPS = 250;
/** The idle look, and what a process that has just begun asks. */
const IDLE_CLOUD_CALLS = 2;

export const LIVENESS = {
  goal: 'when disturbances stop, the desired state is reached',
  quiet: 'at rest nothing is written',
  idle: 'at rest the cloud is asked seldom',
  rest: 'at rest nobody works',
  ends: 'no controller ends by itself',
} as const;

export interface RunOptions {
  readonly seed: number;
  readonly faults: readonly Fault[];
  /** Told of everything, for a story. */
  readonly narrator?: Observer & { readonly onActed?: (step: Step) => void; begin?: (world: World) => void };
}

export interface RunResult {
  readonly effects: readonly Effect[];
  readonly violation: Violation | undefined;
  /** Digests of the states that the world was in. */
  readonly states: StateSet;
  readonly elapsedMs: number;
}

/** One whole run of a scenario, from nothing to quiet, with these faults. */
export async function run(scenario: Scenario, options: RunOptions): Promise<RunResult> {
  const course = new Course(scenario, options);
  try {
    await course.finish();
    return course.result;
  } finally {
    course.end();
  }
}

class Course {
  readonly #scenario: Scenario;
  readonly #world: World;
  readonly #view: View;
  readonly #people: People;
  readonly #observers: readonly Observer[];
  readonly #effects: Effect[] = [];
  readonly #states = new StateSet();
  readonly #narrator: RunOptions['narrator'];
  #violation: Violation | undefined;
  #nextStep = 0;
  #isActing = false;
  #lookedAt = '';
  #isAtGoal = false;
  #goalAtMs = 0;
  #lastWriteMs = 0;
  #lastFaultMs = 0;
  #steps = 0;
  #stepsAtGoal = 0;
  readonly #cloudCallsMs: number[] = [];

  constructor(scenario: Scenario, { faults, narrator, seed }: RunOptions) {
    this.#scenario = scenario;
    this.#narrator = narrator;
    this.#world = new World({
      seed,
      faults,
      cloud: scenario.cloud,
      cluster: scenario.cluster,
      karpenter: scenario.karpenter,
      ...(scenario.nodes !== undefined && { workspace: { nodes: scenario.nodes } }),
      witness: {
        onCall: (call, replica, effect, fault) => {
          this.#onCall(call, replica, effect, fault);
        },
      },
    });
    const world = this.#world;
    this.#view = new View(world.server, world.cloud);
    this.#people = new People(world);
    this.#observers = [
      ...INVARIANTS.map((invariant) =>
        invariant.observe({
          world,
          violated: (message) => {
            this.#violate(invariant.name, message);
          },
        }),
      ),
      ...(narrator === undefined ? [] : [narrator]),
    ];
    world.server.onChange((change) => {
      this.#onChange(change);
    });
    world.cloud.onEvent((event) => {
      this.#onCloudEvent(event);
    });
  }

  get result(): RunResult {
    return {
      effects: this.#effects,
      violation: this.#violation,
      states: this.#states,
      elapsedMs: this.#world.time.elapsedMs,
    };
  }

  end(): void {
    this.#world.end();
  }

  async finish(): Promise<void> {
    this.#narrator?.begin?.(this.#world);
    this.#world.startControllers(this.#scenario.karpenter === undefined ? ROLES : ['workspace-controller']);
    while (this.#violation === undefined && !this.#isQuiet()) {
      if (this.#steps > LIMIT_STEPS || !(await this.#world.step(LIMIT_MS))) {
        this.#tellLimit();
        return;
      }
      this.#steps += 1;
      for (const observer of this.#observers) {
        observer.onStep?.();
      }
      this.#look();
    }
    this.#tellRestlessness();
  }

  /** Lets people act, and sees whether the goal is reached; anew only when something has changed. */
  #look(): void {
    if (this.#world.ends.length > 0) {
      this.#violate(LIVENESS.ends, String(this.#world.ends[0]));
    }
    const version = `${this.#world.server.version}/${this.#world.cloud.version}`;
    if (version === this.#lookedAt || this.#isActing) {
      return;
    }
    this.#lookedAt = version;
    const step = this.#scenario.steps[this.#nextStep];
    if (step === undefined) {
      this.#lookAtGoal();
    } else if (step.when(this.#view)) {
      this.#actSoon(step);
    }
  }

  #lookAtGoal(): void {
    const wasAtGoal = this.#isAtGoal;
    this.#isAtGoal = this.#scenario.goal(this.#view);
    if (this.#isAtGoal && !wasAtGoal) {
      this.#goalAtMs = this.#world.time.elapsedMs;
      this.#stepsAtGoal = this.#steps;
    }
  }

  #actSoon(step: Step): void {
    this.#isActing = true;
    this.#world.time.after(step.afterMs ?? REACTION_MS, () => {
      this.#isActing = false;
      this.#nextStep += 1;
      this.#lookedAt = '';
      this.#narrator?.onActed?.(step);
      step.act(this.#people, this.#view);
    });
  }

  #isQuiet(): boolean {
    if (this.#world.isDisturbed) {
      this.#noteDisturbance();
    }
    const sinceMs = Math.max(this.#goalAtMs, this.#lastWriteMs, this.#lastFaultMs);
    return this.#isAtGoal && this.#world.time.elapsedMs - sinceMs >= QUIET_MS;
  }

  #onCall(call: Call, replica: Replica, effect: Effect | undefined, fault: FaultKind | undefined): void {
    if (effect !== undefined) {
      this.#effects.push(effect);
    }
    if (fault !== undefined) {
      this.#noteDisturbance();
    }
    if (call.isWrite && !call.target.startsWith('leases/')) {
      this.#lastWriteMs = this.#world.time.elapsedMs;
      this.#stepsAtGoal = this.#steps;
    }
    if (call.system === 'cloud') {
      this.#cloudCallsMs.push(this.#world.time.elapsedMs);
    }
    for (const observer of this.#observers) {
      observer.onCall?.(call, replica, effect, fault);
    }
  }

  #noteDisturbance(): void {
    this.#lastFaultMs = this.#world.time.elapsedMs;
    this.#stepsAtGoal = this.#steps;
  }

  #onChange(change: Change): void {
    this.#states.take(change);
    for (const observer of this.#observers) {
      observer.onChange?.(change, this.#world.actor);
    }
  }

  #onCloudEvent(event: CloudEvent): void {
    this.#states.takeCloud(event);
    for (const observer of this.#observers) {
      observer.onCloudEvent?.(event, this.#world.actor);
    }
  }

  #tellLimit(): void {
    const { elapsedMs } = this.#world.time;
    const minutes = (elapsedMs / 60_000).toFixed(1);
    if (this.#isAtGoal || this.#steps > LIMIT_STEPS) {
      const isWriting = elapsedMs - this.#lastWriteMs < QUIET_MS;
      this.#violate(
        isWriting ? LIVENESS.quiet : LIVENESS.rest,
        `no rest after ${minutes} minutes, ${this.#steps} steps`,
      );
    } else {
      const step = this.#scenario.steps[this.#nextStep];
      const waiting = step === undefined ? 'the goal is not reached' : `nobody ${step.what}`;
      this.#violate(LIVENESS.goal, `${waiting} after ${minutes} minutes; left: ${this.#view.leftovers.join(', ')}`);
    }
  }

  #tellRestlessness(): void {
    if (this.#violation !== undefined) {
      return;
    }
    const since = this.#world.time.elapsedMs - QUIET_MS;
    const calls = this.#cloudCallsMs.filter((at) => at > since).length;
    const steps = this.#steps - this.#stepsAtGoal;
    if (calls > IDLE_CLOUD_CALLS) {
      this.#violate(LIVENESS.idle, `${calls} requests within ${QUIET_MS / 1000} s of rest`);
    } else if (steps > REST_STEPS) {
      this.#violate(LIVENESS.rest, `${steps} steps within ${QUIET_MS / 1000} s of rest`);
    }
  }

  /** The first one counts: what follows may follow from it. */
  #violate(invariant: string, message: string): void {
    this.#violation ??= { invariant, message };
  }
}
