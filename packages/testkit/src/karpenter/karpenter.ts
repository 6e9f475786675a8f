import type { KubernetesObject, Manifest } from '@kaito/controller-runtime';
import { finalizers, labels, nodeClaims, nodePools, nodes } from '@kaito/types';

import type { ApiServer } from '../api-server/api-server.ts';
import { fieldsOf } from '../api-server/json.ts';
import { timeOf } from '../api-server/object-meta.ts';
import type { Change } from '../api-server/table.ts';
import { isTrue } from '../cluster/reading.ts';
import { numberOf, specOf, statusOf } from '../exploration/fields.ts';
import type { Schedule } from '../time/schedule.ts';
import { KarpenterVms } from './karpenter-vms.ts';
import { crds } from './loose-kinds.ts';

const FIELD_MANAGER = 'karpenter';
const CONTROLLER_MS = 20;

/** Whose classes it serves: those of Kaito are gpu-provisioner's. */
const FOREIGN_GROUP = 'kaito.sh';

const CLASS = { group: 'karpenter.kwok.sh', kind: 'KWOKNodeClass', plural: 'kwoknodeclasses' };

const CLASS_CRD: Manifest = {
  apiVersion: `${crds.group}/${crds.version}`,
  kind: crds.kind,
  metadata: { name: `${CLASS.plural}.${CLASS.group}` },
  spec: { group: CLASS.group, names: { kind: CLASS.kind, plural: CLASS.plural } },
};

export interface KarpenterBehaviour {
  /** From the claim to its machine. */
  readonly launchMs: number;
  /** Whether machines can be had; without, a claim goes as soon as it was tried (provisioner.md 1.4, 6). */
  readonly hasCapacity: boolean;
}

/**
 * A provisioner that we did not write, by what a consumer may rely on (provisioner.md 1.4): static NodePools, and
 * NodeClaims of any class but Kaito's. It never fails and has no delays but its own.
 */
export class Karpenter {
  readonly vms = new KarpenterVms();
  readonly #server: ApiServer;
  readonly #schedule: Schedule;
  readonly #behaviour: KarpenterBehaviour;
  #made = 0;
  #isDue = false;

  constructor(server: ApiServer, schedule: Schedule, behaviour: KarpenterBehaviour) {
    this.#server = server;
    this.#schedule = schedule;
    this.#behaviour = behaviour;
    server.create({ type: crds, manifest: CLASS_CRD, fieldManager: FIELD_MANAGER });
    server.onChange((change) => {
      this.#see(change);
    });
  }

  #see({ type: { plural } }: Change): void {
    if (!this.#isDue && [nodePools.plural, nodeClaims.plural, nodes.plural].includes(plural)) {
      this.#isDue = true;
      this.#schedule.after(CONTROLLER_MS, () => {
        this.#isDue = false;
        this.#work();
      });
    }
  }

  #work(): void {
    for (const pool of this.#server.list({ type: nodePools }).items) {
      this.#scale(pool);
    }
    for (const claim of this.#claims()) {
      this.#serve(claim);
    }
  }

  #claims(): readonly KubernetesObject[] {
    return this.#server
      .list({ type: nodeClaims })
      .items.filter((claim) => fieldsOf(specOf(claim)['nodeClassRef'])['group'] !== FOREIGN_GROUP);
  }

  #scale(pool: KubernetesObject): void {
    const { name, uid } = pool.metadata;
    const own = this.#claims().filter(({ metadata }) => metadata.labels?.[labels.nodePool] === name);
    if (pool.metadata.deletionTimestamp !== undefined) {
      for (const { metadata } of own) {
        this.#server.delete({ type: nodeClaims, key: metadata });
      }
      if (own.length === 0) {
        this.#setFinalizers(nodePools, pool, []);
      }
      return;
    }
    if (!(pool.metadata.finalizers ?? []).includes(finalizers.termination)) {
      this.#setFinalizers(nodePools, pool, [finalizers.termination]);
    }
    const living = own.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const template = fieldsOf(specOf(pool)['template']);
    for (let missing = (numberOf(specOf(pool)['replicas']) ?? 0) - living.length; missing > 0; missing -= 1) {
      this.#made += 1;
      this.#server.create({
        type: nodeClaims,
        fieldManager: FIELD_MANAGER,
        manifest: {
          apiVersion: 'karpenter.sh/v1',
          kind: 'NodeClaim',
          metadata: {
            name: `${name}-${this.#made}`,
            labels: { ...stringsOf(fieldsOf(template['metadata'])['labels']), [labels.nodePool]: name },
            ownerReferences: [{ apiVersion: 'karpenter.sh/v1', kind: 'NodePool', name, uid, blockOwnerDeletion: true }],
          },
          spec: { expireAfter: 'Never', ...fieldsOf(template['spec']) },
        },
      });
    }
  }

  #serve(claim: KubernetesObject): void {
    if (claim.metadata.deletionTimestamp !== undefined) {
      this.#release(claim);
    } else if (!(claim.metadata.finalizers ?? []).includes(finalizers.termination)) {
      this.#setFinalizers(nodeClaims, claim, [finalizers.termination]);
      this.#schedule.after(this.#behaviour.launchMs, () => {
        this.#launch(claim);
      });
    } else {
      this.#follow(claim);
    }
  }

  #launch(seen: KubernetesObject): void {
    const claim = this.#server.get({ type: nodeClaims, key: seen.metadata });
    if (claim?.metadata.uid !== seen.metadata.uid || claim.metadata.deletionTimestamp !== undefined) {
      return;
    }
    if (!this.#behaviour.hasCapacity) {
      this.#server.delete({ type: nodeClaims, key: claim.metadata });
      return;
    }
    const { providerId } = this.vms.start(claim);
    this.#tell(claim, { providerID: providerId, conditions: [this.#condition('Launched', 'True')] });
  }

  /** Ready when its Node is; a claim whose Node has gone goes too. */
  #follow(claim: KubernetesObject): void {
    const vm = this.vms.of(claim);
    if (vm === undefined) {
      return;
    }
    const node = this.#server.get({ type: nodes, key: { name: vm.nodeName } });
    const { nodeName } = statusOf(claim);
    if (node === undefined || node.metadata.deletionTimestamp !== undefined) {
      if (nodeName !== undefined) {
        this.#server.delete({ type: nodeClaims, key: claim.metadata });
      }
      return;
    }
    const ready = isTrue(node, 'Ready') ? 'True' : 'False';
    if (nodeName === vm.nodeName && isTrue(claim, 'Ready') === (ready === 'True')) {
      return;
    }
    const types = ['Launched', 'Registered', 'Initialized'].map((type) => this.#condition(type, 'True'));
    this.#tell(claim, { nodeName: vm.nodeName, conditions: [...types, this.#condition('Ready', ready)] });
  }

  #release(claim: KubernetesObject): void {
    const vm = this.vms.of(claim);
    if (vm !== undefined) {
      this.vms.stop(claim);
      if (this.#server.get({ type: nodes, key: { name: vm.nodeName } }) !== undefined) {
        this.#server.delete({ type: nodes, key: { name: vm.nodeName } });
      }
    }
    this.#setFinalizers(nodeClaims, claim, []);
  }

  #condition(type: string, status: string): object {
    return { type, status, reason: type, message: '', lastTransitionTime: timeOf(this.#schedule.now()) };
  }

  #tell({ metadata }: KubernetesObject, status: object): void {
    const body = { status };
    this.#server.patch({ type: nodeClaims, key: metadata, body, subresource: 'status', fieldManager: FIELD_MANAGER });
  }

  #setFinalizers(
    type: typeof nodeClaims | typeof nodePools,
    { metadata }: KubernetesObject,
    list: readonly string[],
  ): void {
    const body = { metadata: { finalizers: list } };
    this.#server.patch({ type, key: metadata, body, fieldManager: FIELD_MANAGER });
  }
}

function stringsOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fieldsOf(value)).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])),
  );
}
