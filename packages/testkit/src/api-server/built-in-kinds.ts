import { namespaceDefaults, podDefaults, podGraceSeconds } from './built-in-defaults.ts';
import type { KindRules } from './kind-rules.ts';

interface Row {
  readonly group?: string;
  readonly version?: string;
  readonly isNamespaced?: false;
}

type Traits = Row & Partial<Omit<KindRules, 'type'>>;

const SPEC_AND_LABELS = { hasStatus: true, hasGeneration: true, statusKeeps: 'spec and labels' } as const;
const STATUS = { hasStatus: true, statusKeeps: 'spec' } as const;
const CLUSTER = { isNamespaced: false } as const;

/** By plural name: kind, and in what it differs from a kind without status in the core group. */
const ROWS: Readonly<Record<string, readonly [kind: string, traits: Traits]>> = {
  configmaps: ['ConfigMap', {}],
  secrets: ['Secret', {}],
  serviceaccounts: ['ServiceAccount', {}],
  services: ['Service', STATUS],
  pods: ['Pod', { ...STATUS, hasGeneration: true, graceSeconds: podGraceSeconds, admitted: podDefaults }],
  nodes: ['Node', { ...STATUS, ...CLUSTER }],
  namespaces: ['Namespace', { ...STATUS, ...CLUSTER, admitted: namespaceDefaults }],
  persistentvolumeclaims: ['PersistentVolumeClaim', STATUS],
  deployments: ['Deployment', { ...SPEC_AND_LABELS, group: 'apps', countsAnnotations: true }],
  replicasets: ['ReplicaSet', { ...STATUS, hasGeneration: true, group: 'apps' }],
  statefulsets: ['StatefulSet', { ...STATUS, hasGeneration: true, group: 'apps' }],
  daemonsets: ['DaemonSet', { ...STATUS, hasGeneration: true, group: 'apps' }],
  controllerrevisions: ['ControllerRevision', { group: 'apps' }],
  jobs: ['Job', { ...STATUS, hasGeneration: true, group: 'batch', orphansByDefault: true }],
  poddisruptionbudgets: ['PodDisruptionBudget', { ...STATUS, hasGeneration: true, group: 'policy' }],
  leases: ['Lease', { group: 'coordination.k8s.io' }],
  events: ['Event', { group: 'events.k8s.io' }],
  endpointslices: ['EndpointSlice', { group: 'discovery.k8s.io' }],
};

export const builtInKinds: readonly KindRules[] = Object.entries(ROWS).map(
  ([plural, [kind, { group = '', version = 'v1', isNamespaced = true, ...traits }]]) => ({
    hasStatus: false,
    hasGeneration: false,
    statusKeeps: 'spec',
    admitted: (object) => object,
    ...traits,
    type: { group, version, plural, kind, isNamespaced },
  }),
);
