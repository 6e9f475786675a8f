import type { Manifest, ResourceType } from '@kaito/controller-runtime';
import { annotations, labels, machines, nodeClaims, taints } from '@kaito/types';

/** Under which of the two contracts a claim is made. */
export type ClaimApi = 'Machine' | 'NodeClaim';

/** Those that tests of both eras go through. */
export const CLAIM_APIS: readonly ClaimApi[] = ['Machine', 'NodeClaim'];

export interface ClaimParts {
  /** Added to those that Kaito writes; undefined takes one of them away. */
  readonly labels?: Readonly<Record<string, string | undefined>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** In the order of preference; none leaves the requirement out. */
  readonly instanceTypes?: readonly string[];
  /** Besides those that Kaito writes. */
  readonly requirements?: readonly Requirement[];
  /** What is requested besides the disk, or another disk; `storage: undefined` asks for none. */
  readonly requests?: Readonly<Record<string, string | undefined>>;
  readonly taints?: readonly Taint[];
  /** Further members of the spec, such as startupTaints, expireAfter or another nodeClassRef. */
  readonly spec?: Readonly<Record<string, unknown>>;
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
  readonly minValues?: number;
}

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

const TYPES: Readonly<Record<ClaimApi, ResourceType>> = { Machine: machines, NodeClaim: nodeClaims };

export function claimType(api: ClaimApi): ResourceType {
  return TYPES[api];
}

/** A claim field by field as Kaito's workspace controller of that era writes it (provisioner.md 1.6). */
export function claimManifest(api: ClaimApi, name: string, parts: ClaimParts = {}): Manifest {
  const { group, kind, version } = claimType(api);
  const era = ERAS[api](name);
  return {
    apiVersion: `${group}/${version}`,
    kind,
    metadata: {
      name,
      labels: defined({
        ...era.labels,
        [labels.workspace]: 'phi',
        [labels.workspaceNamespace]: 'default',
        ...parts.labels,
      }),
      annotations: { ...era.annotations, ...parts.annotations },
    },
    spec: {
      ...era.spec,
      requirements: [...instanceTypes(parts), ...era.requirements, ...(parts.requirements ?? [])],
      taints: parts.taints ?? [taints.gpu],
      resources: { requests: defined({ storage: era.storage, ...parts.requests }) },
      ...parts.spec,
    },
  };
}

interface EraParts {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly requirements: readonly Requirement[];
  readonly storage: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

const ERAS: Readonly<Record<ClaimApi, (name: string) => EraParts>> = {
  Machine: (name) => ({
    labels: { [labels.provisionerName]: 'default' },
    annotations: {},
    requirements: [
      isIn(labels.provisionerName, 'default'),
      isIn(labels.machineType, 'gpu'),
      isIn(labels.arch, 'amd64'),
      isIn(labels.os, 'linux'),
    ],
    storage: '120Gi',
    spec: { machineTemplateRef: { name } },
  }),
  NodeClaim: () => ({
    labels: { [labels.nodePool]: 'kaito' },
    annotations: { [annotations.doNotDisrupt]: 'true', [annotations.imageFamily]: 'ubuntu' },
    requirements: [isIn(labels.nodePool, 'kaito'), isIn(labels.os, 'linux')],
    storage: '1024Gi',
    spec: { nodeClassRef: { group: 'kaito.sh', kind: 'KaitoNodeClass', name: 'default' } },
  }),
};

function instanceTypes({ instanceTypes: sizes = ['Standard_NC6s_v3'] }: ClaimParts): readonly Requirement[] {
  return sizes.length === 0 ? [] : [{ key: labels.instanceType, operator: 'In', values: sizes }];
}

function defined(entries: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

function isIn(key: string, value: string): Requirement {
  return { key, operator: 'In', values: [value] };
}
