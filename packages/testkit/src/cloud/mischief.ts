import type { CloudFailure } from '@kaito/gpu-provisioner';

import type { CloudVerb } from './throttle.ts';

/** How an accepted operation ends otherwise than asked. */
export type OperationFate =
  | {
      readonly kind: 'Fails';
      readonly failure: CloudFailure;
      /** The VM of a pool that fails to be made is there all the same, and costs. */
      readonly leavesVm?: boolean;
    }
  /** It runs for ever. */
  | { readonly kind: 'Sticks' };

/** Where a call is cut off: before the cloud hears of it, or after it has done it. */
export type Cut = 'before' | 'after';

interface Refusal {
  readonly failure: CloudFailure;
  left: number;
}

/** What is to befall the calls to come, first come first. */
export class Mischief {
  readonly #refusals = new Map<CloudVerb, Refusal[]>();
  readonly #fates = new Map<CloudVerb, OperationFate[]>();
  readonly #cuts = new Map<CloudVerb, Cut[]>();

  refuse(verb: CloudVerb, failure: CloudFailure, times: number): void {
    this.#refusals.set(verb, [...(this.#refusals.get(verb) ?? []), { failure, left: times }]);
  }

  fate(verb: 'create' | 'delete', fate: OperationFate): void {
    this.#fates.set(verb, [...(this.#fates.get(verb) ?? []), fate]);
  }

  cut(verb: CloudVerb, when: Cut): void {
    this.#cuts.set(verb, [...(this.#cuts.get(verb) ?? []), when]);
  }

  clear(): void {
    this.#cuts.clear();
    this.#refusals.clear();
    this.#fates.clear();
  }

  takeRefusal(verb: CloudVerb): CloudFailure | undefined {
    const queue = this.#refusals.get(verb);
    const first = queue?.[0];
    if (first === undefined) {
      return undefined;
    }
    first.left -= 1;
    if (first.left <= 0) {
      queue?.shift();
    }
    return first.failure;
  }

  takeCut(verb: CloudVerb): Cut | undefined {
    return this.#cuts.get(verb)?.shift();
  }

  takeFate(verb: 'create' | 'delete'): OperationFate | undefined {
    return this.#fates.get(verb)?.shift();
  }
}
