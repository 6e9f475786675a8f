import { readFileSync } from 'node:fs';
import path from 'node:path';

import * as z from 'zod';

import { fieldsNamed, NOTHING } from './apply/field-set.ts';
import { builtInProblems } from './built-in-problems.ts';
import { defaultedNamespace } from './defaults/namespace.ts';
import { admittedNode, defaultedNode } from './defaults/node.ts';
import { admittedPod, defaultedPod, podGraceSeconds } from './defaults/pod.ts';
import { admittedService, defaultedService } from './defaults/service.ts';
import { defaultedEvent, defaultedSecret } from './defaults/simple.ts';
import {
  admittedDaemonSet,
  admittedJob,
  defaultedBudget,
  defaultedDaemonSet,
  defaultedDeployment,
  defaultedJob,
  defaultedReplicaSet,
  defaultedStatefulSet,
} from './defaults/workloads.ts';
import { fieldsOf } from './json.ts';
import type { KindRules } from './kind-rules.ts';
import { withoutZeros } from './schema/omitted-zeros.ts';
import type { RecordShape, Shape } from './schema/shape.ts';
import { TypeReader } from './schema/type-text.ts';
import type { TypeTable as Types } from './schema/type-text.ts';

interface Traits extends Partial<Omit<KindRules, 'type' | 'shape'>> {
  readonly group?: string;
  readonly isNamespaced?: boolean;
}

const STATUS = { hasStatus: true, statusKeeps: 'spec' } as const;
const CLUSTER = { isNamespaced: false } as const;
const COUNTED = { ...STATUS, hasGeneration: true } as const;
const POD_SPEC = { containers: [] } as const;
const WORKLOAD_SPEC = { strategy: {}, updateStrategy: {}, template: { metadata: {}, spec: POD_SPEC } } as const;
const WORKLOAD = { ...COUNTED, empty: { metadata: {}, spec: WORKLOAD_SPEC } } as const;

/** By plural name: kind, and in what it differs from a kind without status in the core group. */
const KINDS: Readonly<Record<string, readonly [kind: string, traits: Traits]>> = {
  configmaps: ['ConfigMap', {}],
  secrets: ['Secret', { defaulted: defaultedSecret }],
  serviceaccounts: ['ServiceAccount', {}],
  services: ['Service', { ...STATUS, names: 'label', defaulted: defaultedService, admitted: admittedService }],
  pods: [
    'Pod',
    {
      ...COUNTED,
      empty: { metadata: {}, spec: POD_SPEC },
      graceSeconds: podGraceSeconds,
      defaulted: defaultedPod,
      admitted: admittedPod,
    },
  ],
  nodes: ['Node', { ...STATUS, ...CLUSTER, defaulted: defaultedNode, admitted: admittedNode }],
  namespaces: ['Namespace', { ...STATUS, ...CLUSTER, names: 'label', defaulted: defaultedNamespace }],
  persistentvolumeclaims: ['PersistentVolumeClaim', STATUS],
  deployments: [
    'Deployment',
    {
      ...WORKLOAD,
      group: 'apps',
      countsAnnotations: true,
      statusKeeps: 'spec and labels',
      defaulted: defaultedDeployment,
    },
  ],
  replicasets: ['ReplicaSet', { ...WORKLOAD, group: 'apps', defaulted: defaultedReplicaSet }],
  statefulsets: ['StatefulSet', { ...WORKLOAD, group: 'apps', defaulted: defaultedStatefulSet }],
  daemonsets: ['DaemonSet', { ...WORKLOAD, group: 'apps', defaulted: defaultedDaemonSet, admitted: admittedDaemonSet }],
  controllerrevisions: ['ControllerRevision', { group: 'apps' }],
  jobs: [
    'Job',
    { ...WORKLOAD, group: 'batch', orphansByDefault: true, defaulted: defaultedJob, admitted: admittedJob },
  ],
  poddisruptionbudgets: ['PodDisruptionBudget', { ...COUNTED, group: 'policy', defaulted: defaultedBudget }],
  leases: ['Lease', { group: 'coordination.k8s.io' }],
  events: ['Event', { group: 'events.k8s.io', defaulted: defaultedEvent }],
  endpointslices: ['EndpointSlice', { group: 'discovery.k8s.io' }],
};

/** The types of the built-in kinds as OpenAPI tells them: written by `conformance/write-built-in-types.ts`. */
export function writtenTypes(): Types {
  return TypeTable.parse(JSON.parse(readFileSync(BUILT_IN_TYPES_FILE, 'utf8')));
}

export const BUILT_IN_TYPES_FILE = path.join(import.meta.dirname, 'schema/built-in-types.json');

const TypeTable = z.record(z.string(), z.record(z.string(), z.string()));

export interface BuiltIns {
  readonly kinds: readonly KindRules[];
  /** Of `metadata`, which is the same for every kind. */
  readonly metadata: Shape;
}

export function builtInKinds(): BuiltIns {
  const types = new TypeReader(withoutZeros(writtenTypes()));
  return {
    kinds: Object.entries(KINDS).map(([plural, [kind, traits]]) =>
      builtInKind(plural, traits, types.struct(kind), kind),
    ),
    metadata: types.struct('ObjectMeta'),
  };
}

function builtInKind(
  plural: string,
  { group = '', isNamespaced = true, ...traits }: Traits,
  shape: RecordShape,
  kind: string,
): KindRules {
  const { hasStatus = false } = traits;
  return {
    isBuiltIn: true,
    names: 'subdomain',
    hasGeneration: false,
    statusKeeps: 'spec',
    ignored: {
      main: hasStatus ? fieldsNamed('status') : NOTHING,
      status: fieldsNamed('spec', ...(traits.statusKeeps === 'spec and labels' ? ['metadata.labels'] : [])),
    },
    empty: { metadata: {}, spec: {} },
    defaulted: (object) => object,
    admitted: (object) => object,
    problems: (object, before) => builtInProblems(plural, object, fieldsOf(before)),
    ...traits,
    hasStatus,
    shape,
    type: { group, version: 'v1', plural, kind, isNamespaced },
  };
}
