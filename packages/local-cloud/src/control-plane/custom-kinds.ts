import { setTimeout as sleep } from 'node:timers/promises';

import type { Kubernetes, Manifest, ResourceType } from '@kaito/controller-runtime';
import { isApiError } from '@kaito/controller-runtime';
import { customKinds, customResourceDefinition } from '@kaito/types';
import type { CustomKind } from '@kaito/types';
import * as z from 'zod';

const FIELD_MANAGER = 'kaito-local';
const POLL_MS = 50;

const customResourceDefinitions: ResourceType = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  isNamespaced: false,
};

/** A CRD, and what it makes the API server serve. */
export interface Definition {
  readonly manifest: Manifest;
  readonly types: readonly ResourceType[];
}

const AnyDefinition = z.looseObject({
  apiVersion: z.string(),
  kind: z.literal('CustomResourceDefinition'),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    group: z.string(),
    names: z.looseObject({ kind: z.string(), plural: z.string() }),
    scope: z.enum(['Namespaced', 'Cluster']),
    versions: z.array(z.looseObject({ name: z.string(), served: z.boolean() })),
  }),
});

/** Of a manifest that somebody else wrote. */
export function definitionOf(content: unknown): Definition {
  const manifest = AnyDefinition.parse(content);
  const { group, names, scope, versions } = manifest.spec;
  const { kind, plural } = names;
  const served = versions.filter((version) => version.served);
  const isNamespaced = scope === 'Namespaced';
  return { manifest, types: served.map(({ name }) => ({ group, version: name, plural, kind, isNamespaced })) };
}

/** Applies the CRDs of kinds that we own, all of them where none are named. */
export async function installCustomKinds(
  kubernetes: Kubernetes,
  signal: AbortSignal,
  kinds: readonly CustomKind<unknown>[] = customKinds,
): Promise<void> {
  const definitions = kinds.map((kind) => ({ manifest: { ...customResourceDefinition(kind) }, types: [kind] }));
  await installDefinitions(kubernetes, definitions, signal);
}

/** Applies CRDs and returns once the API server serves them. */
export async function installDefinitions(
  kubernetes: Kubernetes,
  definitions: readonly Definition[],
  signal: AbortSignal,
): Promise<void> {
  for (const { manifest } of definitions) {
    await kubernetes.apply({ type: customResourceDefinitions, manifest, fieldManager: FIELD_MANAGER }, signal);
  }
  for (const type of definitions.flatMap(({ types }) => types)) {
    while (!(await isServed(kubernetes, type, signal))) {
      await sleep(POLL_MS, undefined, { signal });
    }
  }
}

async function isServed(kubernetes: Kubernetes, type: ResourceType, signal: AbortSignal): Promise<boolean> {
  try {
    await kubernetes.list({ type, limit: 1 }, signal);
    return true;
  } catch (error) {
    if (isApiError(error)) {
      return false;
    }
    throw error;
  }
}
