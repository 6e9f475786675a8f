import type { PolicyRule, Rights } from '@kaito/local-cloud';

/** One verb on one resource. */
export interface Permission {
  /** Everywhere, or in the namespace that the chart is installed in. */
  readonly scope: keyof Rights;
  readonly group: string;
  /** Plural, with the subresource after a slash. */
  readonly resource: string;
  readonly verb: string;
  /** Absent: every object. */
  readonly name?: string;
}

/** How people read rules: what looks before what changes. */
const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];

export const SCOPES: readonly (keyof Rights)[] = ['cluster', 'namespace'];

/** Each verb that the rules give, one by one. */
export function permissionsOf(rights: Rights): readonly Permission[] {
  return SCOPES.flatMap((scope) => rights[scope].flatMap((rule) => permissionsOfRule(scope, rule)));
}

function permissionsOfRule(scope: keyof Rights, rule: PolicyRule): readonly Permission[] {
  const names = rule.resourceNames?.map((name) => ({ name })) ?? [{}];
  return rule.apiGroups.flatMap((group) =>
    rule.resources.flatMap((resource) =>
      rule.verbs.flatMap((verb) => names.map((name) => ({ scope, group, resource, verb, ...name }))),
    ),
  );
}

/** The same rights as rules, one for each resource, always in the same order. */
export function rightsOf(permissions: readonly Permission[]): Rights {
  return { cluster: rulesOf(permissions, 'cluster'), namespace: rulesOf(permissions, 'namespace') };
}

function rulesOf(permissions: readonly Permission[], scope: keyof Rights): readonly PolicyRule[] {
  const ofScope = permissions.filter((permission) => permission.scope === scope).toSorted(inOrder);
  return [...Map.groupBy(ofScope, subjectOf).values()].flatMap((verbs) => {
    const [first] = verbs;
    return first === undefined ? [] : [ruleOf(first, [...new Set(verbs.map(({ verb }) => verb))])];
  });
}

function ruleOf({ group, resource, name }: Permission, verbs: string[]): PolicyRule {
  return { apiGroups: [group], resources: [resource], ...(name !== undefined && { resourceNames: [name] }), verbs };
}

export function samePermission(one: Permission, other: Permission): boolean {
  return subjectOf(one) === subjectOf(other) && one.verb === other.verb && one.scope === other.scope;
}

/** Whether whoever has the one may also do the other. */
export function covers(granted: Permission, needed: Permission): boolean {
  return (
    granted.group === needed.group &&
    granted.resource === needed.resource &&
    granted.verb === needed.verb &&
    (granted.scope === 'cluster' || needed.scope === 'namespace') &&
    (granted.name === undefined || granted.name === needed.name)
  );
}

function subjectOf({ group, resource, name }: Permission): string {
  return JSON.stringify([group, resource, name]);
}

export function inOrder(one: Permission, other: Permission): number {
  return (
    SCOPES.indexOf(one.scope) - SCOPES.indexOf(other.scope) ||
    alphabetically(one.group, other.group) ||
    alphabetically(one.resource, other.resource) ||
    alphabetically(one.name ?? '', other.name ?? '') ||
    VERBS.indexOf(one.verb) - VERBS.indexOf(other.verb)
  );
}

function alphabetically(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
