import type { KubernetesObject } from '@kaito/controller-runtime';

import type { Change } from '../api-server/table.ts';
import type { CloudEvent } from '../cloud/cloud-state.ts';
import type { Call, Effect } from '../simulation/effect.ts';
import type { FaultKind } from '../simulation/fault.ts';
import type { Replica } from '../simulation/replica.ts';
import type { World } from '../simulation/world.ts';
import { fieldsOf } from '../api-server/json.ts';
import { conditionsOf, statusOf, textOf } from './fields.ts';
import type { Observer } from './invariants/index.ts';
import type { Step } from './scenario.ts';

/** Tells a run line by line: when, who, what, and with which result. */
export class Story implements Observer {
  readonly #tell: (line: string) => void;
  #world: World | undefined;

  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  begin(world: World): void {
    this.#world = world;
  }

  onActed({ what }: Step): void {
    this.#line('somebody', what);
  }

  onCall(
    { isWrite, target, verb }: Call,
    { identity }: Replica,
    effect: Effect | undefined,
    fault: FaultKind | undefined,
  ): void {
    if (effect === undefined || (!isWrite && fault === undefined && !target.startsWith('agentpools'))) {
      return;
    }
    const befalls = fault === undefined ? '' : `   <== ${fault}`;
    this.#line(identity, `[${effect.index}] ${verb} ${target}${befalls}`);
  }

  onChange({ before, event, object, type }: Change): void {
    if (type.plural === 'leases' || type.plural === 'events') {
      return;
    }
    const changes = event === 'MODIFIED' ? differences(before, object) : [event.toLowerCase()];
    if (changes.length > 0) {
      this.#line('', `    ${type.plural}/${object.metadata.name}: ${changes.join(', ')}`);
    }
  }

  onCloudEvent(event: CloudEvent): void {
    this.#line('', `    agentpools/${cloudText(event)}`);
  }

  #line(who: string, what: string): void {
    const seconds = ((this.#world?.time.elapsedMs ?? 0) / 1000).toFixed(3).padStart(9);
    this.#tell(`${seconds}  ${who.padEnd(23)} ${what}`);
  }
}

function cloudText(event: CloudEvent): string {
  switch (event.kind) {
    case 'PoolChanged':
      return `${event.pool.name}: ${event.pool.phase}`;
    case 'PoolGone':
      return `${event.pool.name}: gone`;
    case 'VmBooted':
      return `${event.vm.pool}: VM booted`;
    case 'VmGone':
      return `${event.vm.pool}: VM gone`;
    default:
      return event satisfies never;
  }
}

function differences(before: KubernetesObject | undefined, after: KubernetesObject): readonly string[] {
  const was = before === undefined ? new Map<string, string>() : conditionTexts(before);
  const conditions = [...conditionTexts(after)].filter(([type, text]) => was.get(type) !== text);
  const { deletionTimestamp, finalizers = [] } = after.metadata;
  return [
    ...(deletionTimestamp !== undefined && before?.metadata.deletionTimestamp === undefined
      ? ['is being deleted']
      : []),
    ...(finalizers.join() === (before?.metadata.finalizers ?? []).join()
      ? []
      : [`finalizers [${finalizers.join(', ')}]`]),
    ...conditions.map(([type, text]) => `${type}=${text}`),
    ...providerText(before, after),
  ];
}

function conditionTexts(object: KubernetesObject): ReadonlyMap<string, string> {
  return new Map(
    conditionsOf(object).map(({ reason, status, type }) => [type, reason === '' ? status : `${status} (${reason})`]),
  );
}

function providerText(before: KubernetesObject | undefined, after: KubernetesObject): readonly string[] {
  const id = textOf(statusOf(after)['providerID']);
  const wasKnown = before !== undefined && textOf(fieldsOf(before['status'])['providerID']) === id;
  return id === undefined || wasKnown ? [] : [`providerID …${id.slice(-40)}`];
}
