import { setTimeout as sleep } from 'node:timers/promises';

import type { Kubernetes, ResourceType } from '@kaito/controller-runtime';
import * as z from 'zod';

import { SYSTEM_NAMESPACE } from '../start/system-namespace.ts';
import type { PolicyRule, Rights } from './policy-rule.ts';

const GROUP = 'rbac.authorization.k8s.io';
const POLL_MS = 25;
const fieldManager = 'kaito-local';

const clusterRoles = rbacType('clusterroles', 'ClusterRole', false);
const clusterRoleBindings = rbacType('clusterrolebindings', 'ClusterRoleBinding', false);
const roles = rbacType('roles', 'Role', true);
const roleBindings = rbacType('rolebindings', 'RoleBinding', true);

const subjectAccessReviews: ResourceType = {
  group: 'authorization.k8s.io',
  version: 'v1',
  plural: 'subjectaccessreviews',
  kind: 'SubjectAccessReview',
  isNamespaced: false,
};

const Review = z.object({ status: z.object({ allowed: z.boolean() }) });

/** Gives a user these rights and no others, and returns once the API server knows of them. */
export async function grantRights(
  kubernetes: Kubernetes,
  user: string,
  rights: Rights,
  signal: AbortSignal,
): Promise<void> {
  const where = [
    { role: clusterRoles, binding: clusterRoleBindings, rules: rights.cluster },
    { role: roles, binding: roleBindings, rules: rights.namespace, namespace: SYSTEM_NAMESPACE },
  ];
  for (const { role, binding, rules, namespace } of where) {
    const metadata = { name: user, ...(namespace !== undefined && { namespace }) };
    const roleRef = { apiGroup: GROUP, kind: role.kind, name: user };
    const subjects = [{ apiGroup: GROUP, kind: 'User', name: user }];
    for (const [type, content] of [
      [role, { rules }],
      [binding, { roleRef, subjects }],
    ] as const) {
      const manifest = { apiVersion: `${GROUP}/v1`, kind: type.kind, metadata, ...content };
      await kubernetes.apply({ type, manifest, fieldManager, isForced: true }, signal);
    }
  }
  for (const { rules, namespace } of where) {
    for (const rule of rules) {
      while (!(await isAllowed(kubernetes, { user, rule, namespace }, signal))) {
        await sleep(POLL_MS, undefined, { signal });
      }
    }
  }
}

interface Asked {
  readonly user: string;
  readonly rule: PolicyRule;
  readonly namespace: string | undefined;
}

/** The first thing that the rule allows, for all of it. */
async function isAllowed(
  kubernetes: Kubernetes,
  { user, rule, namespace }: Asked,
  signal: AbortSignal,
): Promise<boolean> {
  const [group] = rule.apiGroups;
  const [resource, subresource] = rule.resources[0]?.split('/') ?? [];
  const resourceAttributes = {
    group,
    resource,
    ...(subresource !== undefined && { subresource }),
    verb: rule.verbs[0],
    ...(rule.resourceNames !== undefined && { name: rule.resourceNames[0] }),
    ...(namespace !== undefined && { namespace }),
  };
  const manifest = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    metadata: {},
    spec: { user, resourceAttributes },
  };
  const answer = await kubernetes.create({ type: subjectAccessReviews, manifest, fieldManager }, signal);
  return Review.parse(answer).status.allowed;
}

function rbacType(plural: string, kind: string, isNamespaced: boolean): ResourceType {
  return { group: GROUP, version: 'v1', plural, kind, isNamespaced };
}
