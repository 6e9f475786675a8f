import type { Kubernetes } from '@kaito/controller-runtime';

import { kinds } from './kinds.ts';

const fieldManager = 'scenarios';
const never = new AbortController().signal;

/** With the account that pods run under, which controller-manager would make. */
export async function createNamespace(kubernetes: Kubernetes, name: string): Promise<void> {
  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await kubernetes.create({ type: kinds.namespaces, manifest, fieldManager }, never);
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } };
  await kubernetes.create({ type: kinds.serviceAccounts, manifest: account, fieldManager }, never);
}
