import type { Clock, Kubernetes, KubernetesObject, ResourceType } from '@kaito/controller-runtime';
import * as z from 'zod';

import type { PodSources } from '../core/environment.ts';
import { podNeeds, tokenKey } from '../core/payload.ts';
import type { TokenRequest } from '../core/payload.ts';
import type { AgentPod } from '../core/pod.ts';

const configMaps: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  isNamespaced: true,
};
const secrets: ResourceType = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret', isNamespaced: true };
const serviceAccounts: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'serviceaccounts',
  kind: 'ServiceAccount',
  isNamespaced: true,
};

const strings = z.record(z.string(), z.string()).default({});
const ConfigMap = z.object({ data: strings, binaryData: strings });
const Secret = z.object({ data: strings });
const TokenAnswer = z.object({ status: z.object({ token: z.string(), expirationTimestamp: z.string() }) });

interface Token {
  readonly token: string;
  readonly renewAtMs: number;
}

/** A token is replaced when it has used up four fifths of its life. */
const RENEW_AT = 0.8;

/** Reads what one pod's volumes and variables show of the API; its tokens are kept until they must be renewed. */
export class PodSourceReader {
  readonly #kubernetes: Kubernetes;
  readonly #clock: Clock;
  readonly #tokens = new Map<string, Token>();

  constructor(kubernetes: Kubernetes, clock: Clock) {
    this.#kubernetes = kubernetes;
    this.#clock = clock;
  }

  /** Objects that do not exist are absent from the answer. */
  async read(pod: AgentPod, signal: AbortSignal): Promise<PodSources> {
    const needs = podNeeds(pod);
    const [maps, hidden] = await Promise.all([
      this.#all(configMaps, needs.configMaps, pod, signal),
      this.#all(secrets, needs.secrets, pod, signal),
    ]);
    return {
      configMaps: new Map(maps.map(([name, object]) => [name, configMapEntries(object)])),
      secrets: new Map(hidden.map(([name, object]) => [name, secretEntries(object)])),
    };
  }

  /** By {@link tokenKey}. */
  async tokens(pod: AgentPod, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const entries = await Promise.all(
      podNeeds(pod).tokens.map(
        async (request) => [tokenKey(request), await this.#token(pod, request, signal)] as const,
      ),
    );
    return new Map(entries);
  }

  async #all(
    type: ResourceType,
    names: readonly string[],
    { metadata }: AgentPod,
    signal: AbortSignal,
  ): Promise<readonly (readonly [string, KubernetesObject])[]> {
    const found = await Promise.all(
      names.map(async (name) => {
        const object = await this.#kubernetes.get({ type, key: { name, namespace: metadata.namespace } }, signal);
        return object === undefined ? [] : [[name, object] as const];
      }),
    );
    return found.flat();
  }

  async #token({ metadata, spec }: AgentPod, request: TokenRequest, signal: AbortSignal): Promise<string> {
    const nowMs = this.#clock.now().getTime();
    const known = this.#tokens.get(tokenKey(request));
    if (known !== undefined && nowMs < known.renewAtMs) {
      return known.token;
    }
    const answer = await this.#kubernetes.createSubresource(
      {
        type: serviceAccounts,
        key: { name: spec.serviceAccountName ?? 'default', namespace: metadata.namespace },
        subresource: 'token',
        manifest: tokenManifest(metadata, request),
      },
      signal,
    );
    const { token, expirationTimestamp } = TokenAnswer.parse(answer).status;
    const lifeMs = Date.parse(expirationTimestamp) - nowMs;
    this.#tokens.set(tokenKey(request), { token, renewAtMs: nowMs + lifeMs * RENEW_AT });
    return token;
  }
}

function tokenManifest({ name, uid }: AgentPod['metadata'], { audience, expirationSeconds }: TokenRequest) {
  return {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: {},
    spec: {
      audiences: audience === '' ? [] : [audience],
      expirationSeconds,
      boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
    },
  };
}

function configMapEntries(object: KubernetesObject): ReadonlyMap<string, Uint8Array> {
  const { data, binaryData } = ConfigMap.parse(object);
  return new Map([
    ...Object.entries(data).map(([key, value]) => [key, new TextEncoder().encode(value)] as const),
    ...Object.entries(binaryData).map(([key, value]) => [key, decoded(value)] as const),
  ]);
}

function secretEntries(object: KubernetesObject): ReadonlyMap<string, Uint8Array> {
  return new Map(Object.entries(Secret.parse(object).data).map(([key, value]) => [key, decoded(value)] as const));
}

function decoded(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, 'base64'));
}
