import type { WatchEvent } from '@kaito/controller-runtime';
import { ApiError } from '@kaito/controller-runtime';

import type { FaultKind } from './fault.ts';
import type { ProcessScope } from './process-scope.ts';
import type { Schedule } from '../time/schedule.ts';
import type { Stream } from './stream.ts';

/** From a write to the watch event at a process that is up to date. */
const EVENT_MS = 3;
/** For so long a late cache stays late. */
const LAG_MS = 2_000;
/** From an event that was lost to the end of its stream. */
const BREAK_MS = 1_000;
const DELAY_MS = 1_000;

/** A stream, and from when on events go through it. */
export interface FedStream {
  readonly stream: Stream;
  readyAtMs: number;
}

interface Delivery {
  readonly to: FedStream;
  readonly event: WatchEvent;
  readonly version: number;
}

type EventFault = Extract<FaultKind, 'event-lost' | 'event-doubled' | 'event-delayed'>;

/** All watch events of one process, in the order of the writes that they tell of, but for what goes wrong. */
export class Feed {
  readonly #scope: ProcessScope;
  readonly #schedule: Schedule;
  /** Versions on their way to the process. */
  readonly #underway = new Set<number>();
  readonly #held: Delivery[] = [];
  #lag = 0;
  #fault: EventFault | undefined;

  constructor(scope: ProcessScope, schedule: Schedule) {
    this.#scope = scope;
    this.#schedule = schedule;
  }

  /** The oldest change that the process has not been told of; undefined when its caches are up to date. */
  get oldestUnseen(): number | undefined {
    let oldest: number | undefined;
    for (const version of this.#underway) {
      oldest = oldest === undefined || version < oldest ? version : oldest;
    }
    return oldest;
  }

  /** Whether the caches are kept from the newest state. */
  get isLate(): boolean {
    return this.#lag > 0;
  }

  /** From now on everything comes `events` events late, until some time has passed. */
  lagBehind(events: number, ms = LAG_MS): void {
    this.#lag = events;
    this.#schedule.after(ms, () => {
      this.#lag = 0;
      this.#releaseHeld();
    });
  }

  /** Befalls the next event. */
  disturbNext(fault: EventFault): void {
    this.#fault = fault;
  }

  push(to: FedStream, event: WatchEvent, version: number): void {
    this.#underway.add(version);
    this.#held.push({ to, event, version });
    this.#releaseHeld();
  }

  #releaseHeld(): void {
    while (this.#held.length > this.#lag) {
      const delivery = this.#held.shift();
      if (delivery !== undefined) {
        this.#release(delivery);
      }
    }
  }

  #release(delivery: Delivery): void {
    const fault = this.#fault;
    this.#fault = undefined;
    switch (fault) {
      case 'event-lost':
        this.#lose(delivery);
        return;
      case 'event-delayed':
        delivery.to.readyAtMs = this.#schedule.now().getTime() + DELAY_MS;
        break;
      case 'event-doubled':
        this.#send(delivery);
        break;
      case undefined:
        break;
      default:
        fault satisfies never;
    }
    this.#send(delivery);
  }

  #send(delivery: Delivery): void {
    const { event, to, version } = delivery;
    const waitMs = Math.max(EVENT_MS, to.readyAtMs - this.#schedule.now().getTime());
    this.#scope.deliverAfter(waitMs, () => {
      this.#underway.delete(version);
      to.stream.send(event);
    });
  }

  #lose({ to, version }: Delivery): void {
    this.#scope.deliverAfter(BREAK_MS, () => {
      this.#underway.delete(version);
      to.stream.fail(new ApiError('Gone', 'too old resource version', { status: 410 }));
    });
  }
}
