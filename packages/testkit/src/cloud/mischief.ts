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

interface Refusal {
  readonly failure: CloudFailure;
  left: number;
}

/** What is to befall the calls to come, first come first. */
export class Mischief {
  readonly #refusals = new Map<CloudVerb, Refusal[]>();
  readonly #fates = new Map<CloudVerb, OperationFate[]>();

  refuse(verb: CloudVerb, failure: CloudFailure, times: number): void {
    this.#refusals.set(verb, [...(this.#refusals.get(verb) ?? []), { failure, left: times }]);
  }

  fate(verb: 'create' | 'delete', fate: OperationFate): void {
    this.#fates.set(verb, [...(this.#fates.get(verb) ?? []), fate]);
  }

  clear(): void {
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

  takeFate(verb: 'create' | 'delete'): OperationFate | undefined {
    return this.#fates.get(verb)?.shift();
  }
}
