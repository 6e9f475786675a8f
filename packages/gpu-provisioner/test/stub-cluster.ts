import type { Node } from '@kaito/types';

import type { Claim, ClaimRef } from '../src/core/claim/claim.ts';
import { NO_FLEET } from '../src/core/nodes/fleet.ts';
import type { Cluster, ClusterView } from '../src/core/ports.ts';

/** Shows the claims and Nodes that it was given, and takes down what is asked of it. */
export class StubCluster implements Cluster {
  claimsShown: readonly Claim[] = [];
  nodesShown: readonly Node[] = [];
  readonly writes: string[] = [];
  /** How often all claims were read. */
  claimsReads = 0;

  view(): ClusterView {
    return { claims: this.claimsShown, nodes: this.nodesShown, pods: new Map(), fleet: NO_FLEET };
  }

  claims(): readonly Claim[] {
    this.claimsReads += 1;
    return this.claimsShown;
  }

  async getClaims(name: string): Promise<readonly Claim[]> {
    return Promise.resolve(this.claimsShown.filter((claim) => claim.name === name));
  }

  async getNode(name: string): Promise<Node | undefined> {
    return Promise.resolve(this.nodesShown.find(({ metadata }) => metadata.name === name));
  }

  async patchClaim({ name }: ClaimRef): Promise<void> {
    await this.#write(`patch claim ${name}`);
  }

  async patchClaimStatus({ name }: ClaimRef): Promise<void> {
    await this.#write(`patch status of claim ${name}`);
  }

  async deleteClaim({ name, uid }: Claim): Promise<void> {
    this.claimsShown = this.claimsShown.map((claim) => (claim.uid === uid ? { ...claim, isDeleting: true } : claim));
    await this.#write(`delete claim ${name}`);
  }

  async patchNode(name: string): Promise<void> {
    await this.#write(`patch node ${name}`);
  }

  async deleteNode(name: string): Promise<void> {
    await this.#write(`delete node ${name}`);
  }

  async evictPod({ name }: { readonly name: string }): Promise<void> {
    await this.#write(`evict ${name}`);
  }

  async deletePod({ name }: { readonly name: string }): Promise<void> {
    await this.#write(`delete pod ${name}`);
  }

  warnOfCluster(reason: string): void {
    this.writes.push(`warn ${reason}`);
  }

  warn(_claim: ClaimRef, reason: string): void {
    this.writes.push(`warn ${reason}`);
  }

  async #write(what: string): Promise<void> {
    this.writes.push(what);
    return Promise.resolve();
  }
}
