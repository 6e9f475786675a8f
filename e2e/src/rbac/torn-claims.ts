import type { Kubernetes, KubernetesObject } from '@kaito/controller-runtime';
import { labels, machines } from '@kaito/types';

import { until } from '../life.ts';
import type { Life } from '../life.ts';

/** Somebody deletes the claim of a Workspace before it is Ready: it is looked up why it went, and it is made again. */
export async function tearClaim({ name }: Life, kubernetes: Kubernetes, signal: AbortSignal): Promise<void> {
  const labelSelector = `${labels.workspace}=${name}`;
  const claim = async (): Promise<KubernetesObject | undefined> =>
    (await kubernetes.list({ type: machines, labelSelector }, signal)).items[0];
  await until(async () => (await claim()) !== undefined, signal);
  const torn = await claim();
  await kubernetes.delete({ type: machines, key: { name: torn?.metadata.name ?? '' } }, signal);
  await until(async () => {
    const { uid } = (await claim())?.metadata ?? {};
    return uid !== undefined && uid !== torn?.metadata.uid;
  }, signal);
}
