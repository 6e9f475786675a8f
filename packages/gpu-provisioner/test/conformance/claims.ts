import type { Manifest, ResourceType } from '@kaito/controller-runtime';
import { labels, machines, taints } from '@kaito/types';

/** Under which of the two contracts a claim is made. */
export type ClaimApi = 'Machine';

export const CLAIM_APIS: readonly ClaimApi[] = ['Machine'];

export interface ClaimParts {
  /** Added to those that Kaito writes; undefined takes one of them away. */
  readonly labels?: Readonly<Record<string, string | undefined>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** In the order of preference; none leaves the requirement out. */
  readonly instanceTypes?: readonly string[];
  /** Besides those that Kaito writes. */
  readonly requirements?: readonly Requirement[];
  /** Of the disk; absent: as Kaito asks for a small model. */
  readonly storage?: string | undefined;
  readonly requests?: Readonly<Record<string, string>>;
  readonly startupTaints?: readonly Taint[];
}

export interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

const TYPES: Readonly<Record<ClaimApi, ResourceType>> = { Machine: machines };

export function claimType(api: ClaimApi): ResourceType {
  return TYPES[api];
}

/** A claim field by field as Kaito's workspace controller of that era writes it (provisioner.md 1.6). */
export function claimManifest(api: ClaimApi, name: string, parts: ClaimParts = {}): Manifest {
  switch (api) {
    case 'Machine':
      return machineManifest(name, parts);
    default:
      return api satisfies never;
  }
}

function machineManifest(name: string, parts: ClaimParts): Manifest {
  const { group, kind, version } = machines;
  const own = [isIn(labels.provisionerName, 'default'), isIn(labels.machineType, 'gpu'), isIn(labels.arch, 'amd64')];
  return {
    apiVersion: `${group}/${version}`,
    kind,
    metadata: { name, labels: labelsOf(labels.provisionerName, 'default', parts), ...annotationsOf(parts) },
    spec: {
      machineTemplateRef: { name },
      requirements: [...instanceTypes(parts), ...own, isIn(labels.os, 'linux'), ...(parts.requirements ?? [])],
      taints: [taints.gpu],
      ...(parts.startupTaints !== undefined && { startupTaints: parts.startupTaints }),
      resources: { requests: { storage: '120Gi', ...storageOf(parts), ...parts.requests } },
    },
  };
}

function instanceTypes({ instanceTypes: sizes = ['Standard_NC6s_v3'] }: ClaimParts): readonly Requirement[] {
  return sizes.length === 0 ? [] : [{ key: labels.instanceType, operator: 'In', values: sizes }];
}

function labelsOf(poolKey: string, pool: string, { labels: added = {} }: ClaimParts): Readonly<Record<string, string>> {
  const all = { [poolKey]: pool, [labels.workspace]: 'phi', [labels.workspaceNamespace]: 'default', ...added };
  return Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

function annotationsOf({ annotations }: ClaimParts): object {
  return annotations === undefined ? {} : { annotations };
}

function storageOf({ storage }: ClaimParts): object {
  return storage === undefined ? {} : { storage };
}

function isIn(key: string, value: string): Requirement {
  return { key, operator: 'In', values: [value] };
}
