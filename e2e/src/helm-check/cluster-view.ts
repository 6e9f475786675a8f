import type { Kubernetes, KubernetesObject, ResourceType } from '@kaito/controller-runtime';
import { pods } from '@kaito/types';
import * as z from 'zod';

import type { Release } from './releases.ts';

const Deployment = z.object({
  spec: z.object({
    replicas: z.int(),
    template: z.object({ spec: z.object({ containers: z.array(z.object({ args: z.array(z.string()).optional() })) }) }),
  }),
  status: z.object({ readyReplicas: z.int().default(0) }),
});

const Lease = z.object({ spec: z.object({ holderIdentity: z.string().default('') }) });

const namespaced = (group: string, plural: string, kind: string): ResourceType => ({
  group,
  version: 'v1',
  plural,
  kind,
  isNamespaced: true,
});

export const customResourceDefinitions: ResourceType = {
  ...namespaced('apiextensions.k8s.io', 'customresourcedefinitions', 'CustomResourceDefinition'),
  isNamespaced: false,
};
const deployments = namespaced('apps', 'deployments', 'Deployment');
const leases = namespaced('coordination.k8s.io', 'leases', 'Lease');

export interface DeploymentView {
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly args: readonly string[];
}

/** What a release looks like in the cluster. */
export class ReleaseView {
  readonly #kubernetes: Kubernetes;
  readonly #release: Release;

  constructor(kubernetes: Kubernetes, release: Release) {
    this.#kubernetes = kubernetes;
    this.#release = release;
  }

  /** Undefined: there is none. */
  async deployment(signal: AbortSignal): Promise<DeploymentView | undefined> {
    const { deployment: name, namespace } = this.#release;
    const object = await this.#kubernetes.get({ type: deployments, key: { name, namespace } }, signal);
    if (object === undefined) {
      return undefined;
    }
    const { spec, status } = Deployment.parse(object);
    const args = spec.template.spec.containers[0]?.args ?? [];
    return { replicas: spec.replicas, readyReplicas: status.readyReplicas, args };
  }

  /** Names, without those that are being deleted. */
  async pods(signal: AbortSignal): Promise<readonly string[]> {
    return (await this.#pods(signal))
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata }) => metadata.name);
  }

  async hasPods(signal: AbortSignal): Promise<boolean> {
    return (await this.#pods(signal)).length > 0;
  }

  /** The pod that works. */
  async leader(signal: AbortSignal): Promise<string> {
    const { lease: name, namespace } = this.#release;
    const object = await this.#kubernetes.get({ type: leases, key: { name, namespace } }, signal);
    return object === undefined ? '' : Lease.parse(object).spec.holderIdentity;
  }

  async #pods(signal: AbortSignal): Promise<readonly KubernetesObject[]> {
    const { namespace, selector } = this.#release;
    return (await this.#kubernetes.list({ type: pods, namespace, labelSelector: selector }, signal)).items;
  }
}
