import { setTimeout as sleep } from 'node:timers/promises';

import type { Kubernetes, ResourceType } from '@kaito/controller-runtime';
import { isApiError } from '@kaito/controller-runtime';
import { customKinds, customResourceDefinition } from '@kaito/types';

const FIELD_MANAGER = 'kaito-local';
const POLL_MS = 50;

const customResourceDefinitions: ResourceType = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  isNamespaced: false,
};

/** Applies the CRD of every kind we own and returns once the API server serves them. */
export async function installCustomKinds(kubernetes: Kubernetes, signal: AbortSignal): Promise<void> {
  for (const kind of customKinds) {
    const manifest = { ...customResourceDefinition(kind) };
    await kubernetes.apply({ type: customResourceDefinitions, manifest, fieldManager: FIELD_MANAGER }, signal);
  }
  for (const kind of customKinds) {
    while (!(await isServed(kubernetes, kind, signal))) {
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
