import type { Clock } from '@kaito/controller-runtime';
import { advance, nextDueMs } from '../core/advance.ts';
import type { State, Vm } from '../core/model.ts';

export interface VmChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly vm: Vm;
}

/** A transition of the core: the state after it and whatever it has to say. */
export type Transition<T> = (state: State, nowMs: number) => { readonly state: State; readonly result: T };

/** The one state there is, kept up to date with the clock. Transitions never interleave. */
export class Simulation {
  readonly #clock: Clock;
  readonly #listeners = new Set<(change: VmChange) => void>();
  #state: State;
  #armed: { readonly dueMs: number; readonly timer: AbortController } | undefined;
  #isClosed = false;

  constructor(state: State, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
    this.#arm();
  }

  get state(): State {
    return this.transition((state) => ({ state, result: state }));
  }

  transition<T>(decide: Transition<T>): T {
    const nowMs = this.#clock.now().getTime();
    const before = this.#state;
    const { state, result } = decide(advance(before, nowMs), nowMs);
    this.#state = state;
    this.#tell(before.vms, state.vms);
    this.#arm();
    return result;
  }

  /** Tells every VM there is, then each change, until the returned function is called. */
  watchVms(listener: (change: VmChange) => void): () => void {
    for (const vm of this.state.vms.values()) {
      listener({ type: 'ADDED', vm });
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#isClosed = true;
    this.#armed?.timer.abort();
    this.#listeners.clear();
  }

  #tell(before: State['vms'], after: State['vms']): void {
    if (before === after) {
      return;
    }
    for (const change of changesBetween(before, after)) {
      for (const listener of this.#listeners) {
        listener(change);
      }
    }
  }

  #arm(): void {
    const dueMs = nextDueMs(this.#state);
    if (dueMs === this.#armed?.dueMs || this.#isClosed) {
      return;
    }
    this.#armed?.timer.abort();
    this.#armed = undefined;
    if (dueMs !== undefined) {
      const timer = new AbortController();
      this.#armed = { dueMs, timer };
      void this.#wake(dueMs, timer.signal);
    }
  }

  async #wake(dueMs: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#clock.sleep(Math.max(0, dueMs - this.#clock.now().getTime()), signal);
    } catch {
      return; // something else became due first, or we are closing
    }
    this.#armed = undefined;
    this.transition((state) => ({ state, result: undefined }));
  }
}

function changesBetween(before: State['vms'], after: State['vms']): VmChange[] {
  const gone = [...before.values()].filter((vm) => !after.has(vm.name));
  const others = [...after.values()].filter((vm) => before.get(vm.name) !== vm);
  return [
    ...gone.map((vm): VmChange => ({ type: 'DELETED', vm })),
    ...others.map((vm): VmChange => ({ type: before.has(vm.name) ? 'MODIFIED' : 'ADDED', vm })),
  ];
}
