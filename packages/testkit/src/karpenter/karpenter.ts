import type { Manifest } from '@kaito/controller-runtime';
import { nodeClaims, nodePools, nodes, pods } from '@kaito/types';

import type { ApiServer } from '../api-server/api-server.ts';
import type { Change } from '../api-server/table.ts';
import type { Schedule } from '../time/schedule.ts';
import { ClaimLifecycle } from './claim-lifecycle.ts';
import type { KarpenterBehaviour } from './karpenter-behaviour.ts';
import { KarpenterVms } from './karpenter-vms.ts';
import { KarpenterWrites } from './karpenter-writes.ts';
import { crds } from './loose-kinds.ts';
import { CLASS } from './node-class.ts';
import { NodeTermination } from './node-termination.ts';
import { StaticPools } from './static-pools.ts';

const CONTROLLER_MS = 20;
const RETRY_MS = 1_000;

const CLASS_CRD: Manifest = {
  apiVersion: `${crds.group}/${crds.version}`,
  kind: crds.kind,
  metadata: { name: `${CLASS.plural}.${CLASS.group}` },
  spec: { group: CLASS.group, names: { kind: CLASS.kind, plural: CLASS.plural } },
};

/**
 * A provisioner that we did not write, as far as whoever makes claims relies on it (provisioner.md 1.4): static
 * NodePools and NodeClaims of one class. Conformance holds it to karpenter's kwok provider. It does not time out, try
 * again, or replace anything by itself.
 */
export class Karpenter {
  readonly vms = new KarpenterVms();
  readonly #schedule: Schedule;
  readonly #pools: StaticPools;
  readonly #claims: ClaimLifecycle;
  readonly #nodes: NodeTermination;
  #isDue = false;

  constructor(server: ApiServer, schedule: Schedule, behaviour: KarpenterBehaviour) {
    const writes = new KarpenterWrites(server, schedule);
    this.#schedule = schedule;
    this.#pools = new StaticPools(writes);
    this.#claims = new ClaimLifecycle({ writes, schedule, behaviour, vms: this.vms });
    this.#nodes = new NodeTermination(writes, this.vms);
    writes.create(crds, CLASS_CRD);
    server.onChange((change) => {
      this.#see(change);
    });
  }

  #see({ type: { plural } }: Change): void {
    const isOfPod = plural === pods.plural && this.vms.vms().length > 0;
    if (isOfPod || [nodePools.plural, nodeClaims.plural, nodes.plural].includes(plural)) {
      this.#workAfter(CONTROLLER_MS);
    }
  }

  #workAfter(ms: number): void {
    if (this.#isDue) {
      return;
    }
    this.#isDue = true;
    this.#schedule.after(ms, () => {
      this.#isDue = false;
      this.#work();
    });
  }

  #work(): void {
    this.#pools.scaleAll();
    this.#claims.serveAll();
    if (this.#nodes.endAll()) {
      this.#schedule.after(RETRY_MS, () => {
        this.#workAfter(0);
      });
    }
  }
}
