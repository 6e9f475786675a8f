import type { KubernetesObject } from '@kaito/controller-runtime';
import { annotations, nodeClaims, nodes, pods, taints } from '@kaito/types';

import { fieldsOf, isList } from '../api-server/json.ts';
import { needsOf } from '../cluster/pod-spec.ts';
import { isLeaving, isOverPod, textAt } from '../cluster/reading.ts';
import { isTolerated, taintsOf } from '../cluster/scheduling/taints.ts';
import type { KarpenterVms } from './karpenter-vms.ts';
import { isGuarded } from './karpenter-writes.ts';
import type { KarpenterWrites } from './karpenter-writes.ts';

/** The end of a Node, whoever has deleted it: its claim goes too, its pods leave, its machine stops. All pods at once. */
export class NodeTermination {
  readonly #writes: KarpenterWrites;
  readonly #vms: KarpenterVms;

  constructor(writes: KarpenterWrites, vms: KarpenterVms) {
    this.#writes = writes;
    this.#vms = vms;
  }

  /** Whether some Node is to be looked at again though nothing changes. */
  endAll(): boolean {
    const leaving = this.#vms.vms().flatMap(({ nodeName }) => this.#writes.get(nodes, nodeName) ?? []);
    return leaving
      .filter((node) => isLeaving(node) && isGuarded(node))
      .map((node) => this.#end(node))
      .includes(true);
  }

  #end(node: KubernetesObject): boolean {
    const providerId = textAt(node, 'spec', 'providerID');
    const claim = this.#writes.list(nodeClaims).find((one) => textAt(one, 'status', 'providerID') === providerId);
    if (claim !== undefined) {
      this.#writes.delete(nodeClaims, claim);
    }
    const before = taintsOf(node);
    if (!before.some(({ key }) => key === taints.disrupted.key)) {
      this.#writes.patch(nodes, node, { spec: { taints: [...before, taints.disrupted] } });
    }
    const staying = this.#writes.list(pods).filter((pod) => mustLeave(pod, node));
    if (staying.length > 0) {
      const refused = staying.filter((pod) => mayEvict(pod) && !this.#writes.evict(pod));
      return refused.length > 0;
    }
    if (claim !== undefined) {
      this.#vms.stop(claim);
    }
    this.#writes.letGo(nodes, node);
    return false;
  }
}

function mustLeave(pod: KubernetesObject, node: KubernetesObject): boolean {
  const { ownerReferences } = fieldsOf(pod.metadata);
  const isStatic = (isList(ownerReferences) ? ownerReferences : []).some((owner) => fieldsOf(owner)['kind'] === 'Node');
  return (
    textAt(pod, 'spec', 'nodeName') === node.metadata.name &&
    !isOverPod(pod) &&
    !isStatic &&
    !isTolerated(taints.disrupted, needsOf(pod))
  );
}

function mayEvict(pod: KubernetesObject): boolean {
  return !isLeaving(pod) && pod.metadata.annotations?.[annotations.doNotDisrupt] !== 'true';
}
