import type { KubernetesObject } from '@kaito/controller-runtime';
import { Quantity, quantityValue } from '@kaito/types';
import * as z from 'zod';

import { fieldsOf } from '../api-server/json.ts';

const Requirement = z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).default([]) });
const Term = z.object({
  matchExpressions: z.array(Requirement).default([]),
  matchFields: z.array(Requirement).default([]),
});
const Toleration = z.object({
  key: z.string().default(''),
  operator: z.string().default('Equal'),
  value: z.string().default(''),
  effect: z.string().default(''),
  tolerationSeconds: z.int().optional(),
});
const Quantities = z.record(z.string(), Quantity).default({});
const Container = z.object({
  name: z.string(),
  image: z.string().default(''),
  resources: z.object({ requests: Quantities, limits: Quantities }).prefault({}),
});

const PodSpec = z.object({
  nodeName: z.string().default(''),
  nodeSelector: z.record(z.string(), z.string()).default({}),
  affinity: z
    .object({
      nodeAffinity: z
        .object({
          requiredDuringSchedulingIgnoredDuringExecution: z.object({ nodeSelectorTerms: z.array(Term) }).optional(),
        })
        .optional(),
    })
    .prefault({}),
  tolerations: z.array(Toleration).default([]),
  containers: z.array(Container).default([]),
  initContainers: z.array(Container).default([]),
  restartPolicy: z.string().default('Always'),
});

export type NodeRequirement = z.infer<typeof Requirement>;
export type NodeTerm = z.infer<typeof Term>;
export type Toleration = z.infer<typeof Toleration>;

/** What scheduler and kubelet read of a pod. */
export interface PodNeeds {
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Fulfilled by any of them; absent: every node will do. */
  readonly nodeTerms?: readonly NodeTerm[];
  readonly tolerations: readonly Toleration[];
  readonly containers: readonly { readonly name: string; readonly image: string }[];
  readonly restartPolicy: string;
  /** By resource, in base units. */
  readonly requests: ReadonlyMap<string, number>;
}

const known = new WeakMap<object, PodNeeds>();

/** Read once per spec, however often the pod's status changes. */
export function needsOf(pod: KubernetesObject): PodNeeds {
  const spec = fieldsOf(pod['spec']);
  const found = known.get(spec) ?? read(spec);
  known.set(spec, found);
  return found;
}

function read(spec: unknown): PodNeeds {
  const { affinity, containers, initContainers, nodeSelector, restartPolicy, tolerations } = PodSpec.parse(spec);
  const required = affinity.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return {
    nodeSelector,
    ...(required !== undefined && { nodeTerms: required.nodeSelectorTerms }),
    tolerations,
    containers,
    restartPolicy,
    requests: requestsOf(containers, initContainers),
  };
}

type ContainerSpec = z.infer<typeof Container>;

/** Containers run together, init containers one by one before them. */
function requestsOf(
  containers: readonly ContainerSpec[],
  initContainers: readonly ContainerSpec[],
): ReadonlyMap<string, number> {
  const sum = new Map<string, number>();
  for (const [name, amount] of containers.flatMap(amountsOf)) {
    sum.set(name, (sum.get(name) ?? 0) + amount);
  }
  for (const [name, amount] of initContainers.flatMap(amountsOf)) {
    sum.set(name, Math.max(sum.get(name) ?? 0, amount));
  }
  return sum;
}

/** Who states a limit and no request asks for the limit. */
function amountsOf({ resources }: ContainerSpec): readonly (readonly [string, number])[] {
  return Object.entries({ ...resources.limits, ...resources.requests }).map(([name, quantity]) => [
    name,
    quantityValue(quantity) ?? 0,
  ]);
}
