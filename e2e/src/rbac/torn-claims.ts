import type { Kubernetes } from '@kaito/controller-runtime';
import { conditions, labels, machines, workspaces } from '@kaito/types';

import { until } from '../life.ts';
import type { Life } from '../life.ts';

/** Somebody deletes the claims of a Workspace before they are Ready: then it is looked up why they went. */
export async function tearClaims({ name }: Life, kubernetes: Kubernetes, signal: AbortSignal): Promise<void> {
  const labelSelector = `${labels.workspace}=${name}`;
  await until(async () => {
    const { items } = await kubernetes.list({ type: machines, labelSelector }, signal);
    await Promise.all(
      items.map(async ({ metadata }) => kubernetes.delete({ type: machines, key: { name: metadata.name } }, signal)),
    );
    return items.length > 0;
  }, signal);
  await until(async () => (await readinessOf(name, kubernetes, signal)).includes('the next attempt is at'), signal);
}

async function readinessOf(name: string, kubernetes: Kubernetes, signal: AbortSignal): Promise<string> {
  const object = await kubernetes.get({ type: workspaces, key: { name, namespace: 'default' } }, signal);
  const { status } = workspaces.schema.safeParse(object).data ?? {};
  return status?.conditions?.find(({ type }) => type === conditions.workspace.workspaceReady)?.message ?? '';
}
