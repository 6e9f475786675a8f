import type { KubernetesObject } from '@kaito/controller-runtime';

import type { CloudEvent } from '../cloud/cloud-state.ts';
import type { Call, Effect } from './effect.ts';
import type { FaultKind } from './fault.ts';
import type { Replica } from './replica.ts';
import type { World } from './world.ts';

/** A request of a controller, at the moment at which it left. */
export interface SeenCall extends Call {
  readonly atMs: number;
  /** The process, as `gpu-provisioner-0`; a successor has the same. */
  readonly by: string;
  /** What befell it. */
  readonly fault: FaultKind | undefined;
}

/** An accepted change of an object of the cluster. */
export interface SeenWrite {
  readonly atMs: number;
  /** The process that asked for it; undefined: people, or the cluster itself. */
  readonly by: string | undefined;
  readonly event: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly plural: string;
  readonly name: string;
  readonly object: KubernetesObject;
  readonly before: KubernetesObject | undefined;
}

/** What happened to a pool. */
export interface SeenPool {
  readonly atMs: number;
  readonly name: string;
  /** `Gone`, or the phase that it is in from then on. */
  readonly phase: string;
}

interface Line {
  readonly atMs: number;
  readonly text: string;
}

/** All that happened, in the order in which it did. */
export class Seen {
  readonly calls: SeenCall[] = [];
  readonly writes: SeenWrite[] = [];
  readonly pools: SeenPool[] = [];
  readonly #lines: Line[] = [];
  #world: World | undefined;

  readonly onCall = (call: Call, replica: Replica, _effect: Effect | undefined, fault: FaultKind | undefined): void => {
    this.calls.push({ ...call, atMs: this.#nowMs, by: replica.identity, fault });
    if (call.system === 'cloud') {
      this.#line(`${replica.identity} asks the cloud: ${call.verb} ${call.target} ${fault ?? ''}`);
    }
  };

  begin(world: World): void {
    this.#world = world;
    world.server.onChange(({ before, event, object, type }) => {
      const { name } = object.metadata;
      const by = world.actor?.identity;
      this.writes.push({ atMs: this.#nowMs, by, event, plural: type.plural, name, object, before });
      if (type.plural !== 'leases') {
        this.#line(`${by ?? 'others'} ${event} ${type.plural}/${name}`);
      }
    });
    world.cloud.onEvent((event) => {
      this.#takeCloud(event);
    });
  }

  /** Requests to the cloud; of one verb: create, delete, abort, get, list. */
  cloudCalls(verb?: string): readonly SeenCall[] {
    return this.calls.filter((call) => call.system === 'cloud' && (verb === undefined || call.verb === verb));
  }

  /** Those that reached the cloud. */
  sent(verb: string): readonly SeenCall[] {
    return this.cloudCalls(verb).filter(({ fault }) => fault !== 'crash-before' && fault !== 'transient');
  }

  /** What controllers themselves wrote on objects of a kind. */
  ownWrites(plural: string, name?: string): readonly SeenWrite[] {
    return this.writes.filter(
      (write) => write.by !== undefined && write.plural === plural && (name === undefined || write.name === name),
    );
  }

  /** The last lines of the story, for messages. */
  tail(count: number): string {
    return this.#lines
      .slice(-count)
      .map(({ atMs, text }) => `  ${(atMs / 1000).toFixed(3).padStart(9)} s  ${text}`)
      .join('\n');
  }

  #takeCloud(event: CloudEvent): void {
    switch (event.kind) {
      case 'PoolChanged':
        this.#takePool(event.pool.name, event.pool.phase);
        break;
      case 'PoolGone':
        this.#takePool(event.pool.name, 'Gone');
        break;
      case 'VmBooted':
      case 'VmGone':
        this.#line(`${event.kind} ${event.vm.nodeName}`);
        break;
      default:
        event satisfies never;
    }
  }

  #takePool(name: string, phase: string): void {
    this.pools.push({ atMs: this.#nowMs, name, phase });
    this.#line(`pool ${name} is ${phase}`);
  }

  #line(text: string): void {
    this.#lines.push({ atMs: this.#nowMs, text });
  }

  get #nowMs(): number {
    return this.#world?.time.elapsedMs ?? 0;
  }
}
