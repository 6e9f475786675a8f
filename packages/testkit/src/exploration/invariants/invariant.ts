import type { Change } from '../../api-server/table.ts';
import type { CloudEvent } from '../../cloud/cloud-state.ts';
import type { Call, Effect } from '../../simulation/effect.ts';
import type { FaultKind } from '../../simulation/fault.ts';
import type { Replica } from '../../simulation/replica.ts';
import type { World } from '../../simulation/world.ts';

/** What is broken, in words that name the objects. */
export interface Violation {
  readonly invariant: string;
  readonly message: string;
}

/** What an invariant sees of the world, and how it tells that it does not hold. */
export interface Watched {
  readonly world: World;
  readonly violated: (message: string) => void;
}

/** One statement about the world that holds after every step; each run has its own. */
export interface Observer {
  /** After an accepted write; `actor` is the controller that wrote. */
  onChange?(change: Change, actor: Replica | undefined): void;
  onCloudEvent?(event: CloudEvent, actor: Replica | undefined): void;
  onCall?(call: Call, replica: Replica, effect: Effect | undefined, fault: FaultKind | undefined): void;
  /** After every step, for what only time breaks. */
  onStep?(): void;
}

export interface Invariant {
  /** The statement itself, as it is reported. */
  readonly name: string;
  readonly observe: (watched: Watched) => Observer;
}
