import type { KubernetesObject } from '@kaito/controller-runtime';
import { nodes } from '@kaito/types';
import * as z from 'zod';

import type { ProvisionerWorld } from './provisioner-world.ts';

const Taint = z.object({ key: z.string(), value: z.string().optional(), effect: z.string() });
export type Taint = z.infer<typeof Taint>;

const Condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
  observedGeneration: z.int().optional(),
  lastTransitionTime: z.string().optional(),
});
export type Condition = z.infer<typeof Condition>;

const Status = z.object({
  nodeName: z.string().optional(),
  capacity: z.record(z.string(), z.unknown()).optional(),
  allocatable: z.record(z.string(), z.unknown()).optional(),
  conditions: z.array(Condition).default([]),
});

const Tainted = z.object({
  spec: z.object({ providerID: z.string().default(''), taints: z.array(Taint).default([]) }),
});

/** The claim's Node, which there must be. */
export function nodeOf(world: ProvisionerWorld, claim?: string): KubernetesObject {
  const node = world.node(claim);
  if (node === undefined) {
    throw new Error('the claim has no Node');
  }
  return node;
}

export function taintsOf(node: KubernetesObject | undefined): readonly Taint[] {
  return Tainted.parse(node).spec.taints;
}

export function providerIdOf(node: KubernetesObject): string {
  return Tainted.parse(node).spec.providerID;
}

/** Of a claim or a Node. */
export function statusOf(object: KubernetesObject | undefined): z.infer<typeof Status> {
  return Status.parse(object?.['status'] ?? {});
}

export function conditionsOf(object: KubernetesObject | undefined): readonly Condition[] {
  return statusOf(object).conditions;
}

/** A Node that somebody else makes. */
export function addNode(
  world: ProvisionerWorld,
  name: string,
  { labels, providerID }: { readonly providerID: string; readonly labels?: Readonly<Record<string, string>> },
): void {
  const manifest = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: { providerID } };
  world.world.server.create({ type: nodes, manifest, fieldManager: 'user' });
}
