import type { Kubernetes, Manifest, ResourceType } from '@kaito/controller-runtime';
import * as z from 'zod';

const serviceAccounts: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'serviceaccounts',
  kind: 'ServiceAccount',
  isNamespaced: true,
};
const RBAC = 'rbac.authorization.k8s.io';
const fieldManager = 'kaito-e2e';

const Granted = z.object({ status: z.object({ token: z.string() }) });

/** A service account with the rights of the user of that name, who has them from the chart. */
export async function createServiceAccount(
  kubernetes: Kubernetes,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  signal: AbortSignal,
): Promise<void> {
  const apply = async (type: ResourceType, manifest: Manifest): Promise<void> => {
    await kubernetes.apply({ type, manifest, fieldManager, isForced: true }, signal);
  };
  await apply(serviceAccounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  for (const [kind, plural, where] of [
    ['ClusterRole', 'clusterrolebindings', {}],
    ['Role', 'rolebindings', { namespace }],
  ] as const) {
    const type = { group: RBAC, version: 'v1', plural, kind: `${kind}Binding`, isNamespaced: kind === 'Role' };
    const metadata = { name: `${name}-account`, ...where };
    const roleRef = { apiGroup: RBAC, kind, name };
    await apply(type, { apiVersion: `${RBAC}/v1`, kind: type.kind, metadata, roleRef, subjects });
  }
}

/** A token of the account; for the API server when no audience is named. */
export async function serviceAccountToken(
  kubernetes: Kubernetes,
  key: { readonly name: string; readonly namespace: string },
  audiences: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const manifest = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: { name: key.name },
    spec: audiences.length === 0 ? {} : { audiences },
  };
  const request = { type: serviceAccounts, key, subresource: 'token', manifest };
  return Granted.parse(await kubernetes.createSubresource(request, signal)).status.token;
}
