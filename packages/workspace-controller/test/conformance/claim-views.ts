import type { KubernetesObject } from '@kaito/controller-runtime';
import { labels } from '@kaito/types';
import * as z from 'zod';

const Claim = z.object({
  spec: z.looseObject({
    requirements: z.array(z.object({ key: z.string(), values: z.array(z.string()).default([]) })),
    taints: z.array(z.object({ key: z.string(), value: z.string().default(''), effect: z.string() })).default([]),
    resources: z.object({ requests: z.record(z.string(), z.string()).default({}) }).prefault({}),
    nodeClassRef: z.object({ group: z.string(), kind: z.string(), name: z.string() }).optional(),
    expireAfter: z.string().optional(),
  }),
});

/** What a claim asks for, in either API. */
export function specOf(claim: KubernetesObject): z.infer<typeof Claim>['spec'] {
  return Claim.parse(claim).spec;
}

export function instanceTypeOf(claim: KubernetesObject): string {
  return specOf(claim).requirements.find(({ key }) => key === labels.instanceType)?.values[0] ?? '';
}

/** Each `key=value:Effect`. */
export function taintsOf(claim: KubernetesObject): readonly string[] {
  return specOf(claim).taints.map(({ effect, key, value }) => `${key}=${value}:${effect}`);
}

const Told = z.object({
  status: z
    .object({
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().default(''),
            message: z.string().default(''),
          }),
        )
        .default([]),
    })
    .prefault({}),
});

export type Condition = z.infer<typeof Told>['status']['conditions'][number];

/** Of claims, Nodes and Workspaces alike. */
export function conditionOf(object: KubernetesObject, type: string): Condition | undefined {
  return Told.parse(object).status.conditions.find((condition) => condition.type === type);
}

export function isNodeReady(node: KubernetesObject): boolean {
  return conditionOf(node, 'Ready')?.status === 'True';
}
