import type { KubernetesObject } from '@kaito/controller-runtime';
import { labels, nodeClaims, nodePools, pods } from '@kaito/types';

import { fieldsOf } from '../api-server/json.ts';
import type { ConditionPatch } from '../cluster/conditions.ts';
import { isLeaving, isOverPod, isTrue, textAt } from '../cluster/reading.ts';
import { numberOf, specOf } from '../exploration/fields.ts';
import { hasClass, isServedPool, templateSpecOf } from './node-class.ts';
import type { KarpenterWrites } from './karpenter-writes.ts';

const VALID: ConditionPatch = { type: 'ValidationSucceeded', status: 'True', reason: 'ValidationSucceeded' };
const USABLE: readonly ConditionPatch[] = [
  VALID,
  { type: 'NodeClassReady', status: 'True', reason: 'NodeClassReady' },
  { type: 'Ready', status: 'True', reason: 'Ready' },
];
const CLASSLESS: readonly ConditionPatch[] = [
  VALID,
  { type: 'NodeClassReady', status: 'False', reason: 'NodeClassNotFound', message: 'NodeClass not found on cluster' },
  { type: 'Ready', status: 'False', reason: 'UnhealthyDependents', message: 'NodeClassReady=False' },
];

/** NodePools with `replicas`: so many claims. What becomes of claims whose pool is gone, the garbage collector says. */
export class StaticPools {
  readonly #writes: KarpenterWrites;
  #made = 0;

  constructor(writes: KarpenterWrites) {
    this.#writes = writes;
  }

  scaleAll(): void {
    for (const pool of this.#writes.list(nodePools)) {
      if (isServedPool(pool) && !isLeaving(pool)) {
        this.#scale(pool);
      }
    }
  }

  #scale(pool: KubernetesObject): void {
    const isUsable = hasClass(templateSpecOf(pool));
    this.#writes.tell(nodePools, pool, isUsable ? USABLE : CLASSLESS);
    const replicas = numberOf(specOf(pool)['replicas']);
    if (replicas === undefined) {
      return;
    }
    const living = this.#claimsOf(pool).filter((claim) => !isLeaving(claim));
    for (let missing = isUsable ? replicas - living.length : 0; missing > 0; missing -= 1) {
      this.#make(pool);
    }
    const spare = Math.max(0, living.length - replicas);
    for (const claim of this.#dearestLast(living).slice(0, spare)) {
      this.#writes.delete(nodeClaims, claim);
    }
  }

  #claimsOf({ metadata }: KubernetesObject): readonly KubernetesObject[] {
    return this.#writes.list(nodeClaims).filter((claim) => claim.metadata.labels?.[labels.nodePool] === metadata.name);
  }

  /** First what is no node yet, then what carries nothing. */
  #dearestLast(claims: readonly KubernetesObject[]): readonly KubernetesObject[] {
    const busy = new Set(
      this.#writes
        .list(pods)
        .filter((pod) => !isOverPod(pod))
        .map((pod) => textAt(pod, 'spec', 'nodeName')),
    );
    const worth = (claim: KubernetesObject): number => {
      const carries = busy.has(textAt(claim, 'status', 'nodeName'));
      return (isTrue(claim, 'Launched') ? 1 : 0) + (carries ? 1 : 0);
    };
    return claims.toSorted((a, b) => worth(a) - worth(b));
  }

  #make(pool: KubernetesObject): void {
    this.#made += 1;
    const { name, uid } = pool.metadata;
    const { annotations, labels: own } = fieldsOf(fieldsOf(specOf(pool)['template'])['metadata']);
    this.#writes.create(nodeClaims, {
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodeClaim',
      metadata: {
        name: `${name}-${this.#made}`,
        labels: { ...stringsOf(own), [labels.nodePool]: name },
        annotations: stringsOf(annotations),
        ownerReferences: [{ apiVersion: 'karpenter.sh/v1', kind: 'NodePool', name, uid, blockOwnerDeletion: true }],
      },
      spec: templateSpecOf(pool),
    });
  }
}

function stringsOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fieldsOf(value)).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])),
  );
}
