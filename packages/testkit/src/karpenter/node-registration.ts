import type { KubernetesObject } from '@kaito/controller-runtime';
import { finalizers, labels, taints } from '@kaito/types';

import { isTrue } from '../cluster/reading.ts';
import { taintsOf } from '../cluster/scheduling/taints.ts';
import type { NodeTaint } from '../cluster/scheduling/taints.ts';
import { listOf, specOf, textOf } from '../exploration/fields.ts';
import { fieldsOf } from '../api-server/json.ts';

type Body = Readonly<Record<string, unknown>>;

/** They pass by themselves, once the kubelet and the cluster have done their part. */
const EPHEMERAL: readonly string[] = [
  'node.kubernetes.io/not-ready',
  'node.kubernetes.io/unreachable',
  'node.cloudprovider.kubernetes.io/uninitialized',
  taints.unregistered.key,
];

/** The Node of a claim, from when the two are known to belong together: with all that the claim has. */
export function registeredNode(claim: KubernetesObject, node: KubernetesObject): Body {
  const { annotations, labels: own, name, uid } = claim.metadata;
  const owner = { apiVersion: 'karpenter.sh/v1', kind: 'NodeClaim', name, uid, blockOwnerDeletion: true };
  const kept = taintsOf(node).filter(({ key }) => key !== taints.unregistered.key);
  const added = [...taintsIn(claim, 'taints'), ...taintsIn(claim, 'startupTaints')].filter(
    (taint) => !kept.some((one) => one.key === taint.key && one.effect === taint.effect),
  );
  return {
    metadata: {
      finalizers: [...(node.metadata.finalizers ?? []), finalizers.termination],
      ownerReferences: [owner],
      labels: { ...own, [labels.registered]: 'true' },
      annotations: annotations ?? {},
    },
    spec: { taints: [...kept, ...added] },
  };
}

export const initializedNode: Body = { metadata: { labels: { [labels.initialized]: 'true' } } };

/** What the Node of a claim lacks, as the reason of a condition. */
export function uninitialized(claim: KubernetesObject, node: KubernetesObject): string | undefined {
  const present = taintsOf(node);
  if (!isTrue(node, 'Ready')) {
    return 'NodeNotReady';
  }
  if (taintsIn(claim, 'startupTaints').some(({ key }) => present.some((taint) => taint.key === key))) {
    return 'StartupTaintsExist';
  }
  return present.some(({ key }) => EPHEMERAL.includes(key)) ? 'KnownEphemeralTaintsExist' : undefined;
}

function taintsIn(claim: KubernetesObject, field: 'taints' | 'startupTaints'): readonly NodeTaint[] {
  return listOf(specOf(claim)[field]).map((taint) => {
    const { effect, key, value } = fieldsOf(taint);
    const text = textOf(value);
    return { key: textOf(key) ?? '', effect: textOf(effect) ?? '', ...(text !== undefined && { value: text }) };
  });
}
