import { customKinds } from '@kaito/types';

import type { Call, OwnerKind } from './audit-call.ts';
import { inOrder } from './permission.ts';
import type { Permission } from './permission.ts';

/** A permission that calls were recorded for. */
export interface Need {
  readonly permission: Permission;
  readonly calls: number;
  /** How many of them were refused. */
  readonly refused: number;
  /** One of the calls, a refused one if there is any. */
  readonly example: Call;
}

/** One thing that a call had to be allowed to do. */
interface Use {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly isRefused: boolean;
  readonly call: Call;
}

/** Verbs that a rule can give for one object alone. A create has no name when it is authorised. */
const NAMEABLE = new Set(['get', 'update', 'patch', 'delete']);

const CREATED = 201;
const FORBIDDEN = 403;

/**
 * The least that allows these calls of one user: only in the release namespace where no other was asked for, and
 * only for one object where it was always the same. So the calls must have met each other kind of object twice.
 */
export function needsOf(calls: readonly Call[], releaseNamespace: string): readonly Need[] {
  const uses = calls.flatMap(usesOf);
  const verbs = Map.groupBy(uses, ({ group, resource, verb }) => JSON.stringify([group, resource, verb]));
  return [...verbs.values()]
    .flatMap((same) => needOf(same, releaseNamespace))
    .toSorted((one, other) => inOrder(one.permission, other.permission));
}

function needOf(uses: readonly Use[], releaseNamespace: string): readonly Need[] {
  const example = uses.find(({ isRefused }) => isRefused) ?? uses[0];
  if (example === undefined) {
    return [];
  }
  const { group, resource, verb, name, call } = example;
  const isOfRelease = uses.every(({ namespace }) => namespace === releaseNamespace);
  const isNamed = name !== undefined && NAMEABLE.has(verb) && uses.every((use) => use.name === name);
  return [
    {
      permission: {
        scope: isOfRelease ? 'namespace' : 'cluster',
        group,
        resource,
        verb,
        ...(isNamed && { name }),
      },
      calls: uses.length,
      refused: uses.filter(({ isRefused }) => isRefused).length,
      example: call,
    },
  ];
}

function usesOf(call: Call): readonly Use[] {
  const { group, resource, verb, namespace, name, status, message } = call;
  const object = { namespace, name, call };
  const refusal = status === FORBIDDEN ? refusalIn(message) : undefined;
  const isRefusedOutright = status === FORBIDDEN && (refusal === undefined || refusal === verb);
  const isForOwner = refusal === 'block owner';
  return [
    { ...object, group, resource, verb, isRefused: isRefusedOutright },
    ...(verb === 'patch' && (status === CREATED || refusal === 'create')
      ? [{ ...object, group, resource, verb: 'create', isRefused: refusal === 'create' }]
      : []),
    ...call.blockedOwners.map((owner) => ({ ...finalizersOf(owner), verb: 'update', isRefused: isForOwner, call })),
  ];
}

/** What was not allowed: the verb that the API server names, which for an apply may be another than that of the request. */
function refusalIn(message: string): string | undefined {
  return message.includes('blockOwnerDeletion')
    ? 'block owner'
    : /cannot (?<verb>[a-z]+) resource/u.exec(message)?.groups?.['verb'];
}

/** Blocking the deletion of an owner counts as a change of its finalizers. */
function finalizersOf({ group, kind }: OwnerKind): Pick<Use, 'group' | 'resource'> {
  const plural = customKinds.find((known) => known.group === group && known.kind === kind)?.plural;
  return { group, resource: `${plural ?? kind}/finalizers` };
}
