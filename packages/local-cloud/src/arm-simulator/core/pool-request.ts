import * as z from 'zod';
import type { ArmError } from './arm-error.ts';
import { armError, invalidParameter } from './arm-error.ts';

const MAX_NODES = 1000;
const MAX_DISK_GIB = 2048;
const MAX_TAGS = 50;
export const POOL_NAME = /^[a-z][a-z0-9]{0,11}$/u;
const TAINT = /^[^=:\s]+=[^=:\s]*:(?:NoSchedule|PreferNoSchedule|NoExecute)$/u;
const LABEL_KEY = /^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/u;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/u;
const OWN_LABEL_PREFIX = 'kubernetes.azure.com/';
// eslint-disable-next-line no-control-regex -- control characters are what ARM refuses
const RESERVED_IN_TAG_NAMES = /[<>%&\\?/\u0000-\u001f]/u;

export const SPOT_LABEL = `${OWN_LABEL_PREFIX}scalesetpriority`;
export const SPOT_TAINT = `${SPOT_LABEL}=spot:NoSchedule`;

const count = z.int().min(0).max(MAX_NODES);
const manualScale = z.array(z.looseObject({ size: z.string(), count }));

/** What we look at; AKS's other fields are kept as they come. */
const propertiesSchema = z.looseObject({
  type: z.enum(['VirtualMachineScaleSets', 'AvailabilitySet', 'VirtualMachines']).optional(),
  mode: z.enum(['System', 'User', 'Gateway']).optional(),
  count: count.optional(),
  vmSize: z.string().optional(),
  virtualMachinesProfile: z.looseObject({ scale: z.looseObject({ manual: manualScale }) }).optional(),
  virtualMachineNodesStatus: manualScale.optional(),
  osDiskSizeGB: z.int().min(0).max(MAX_DISK_GIB).optional(),
  osDiskType: z.enum(['Managed', 'Ephemeral']).optional(),
  kubeletDiskType: z.enum(['OS', 'Temporary']).optional(),
  osType: z.enum(['Linux', 'Windows']).optional(),
  osSKU: z
    .enum([
      'Ubuntu',
      'AzureLinux',
      'AzureLinux3',
      'CBLMariner',
      'Windows2019',
      'Windows2022',
      'Ubuntu2204',
      'Windows2025',
      'Ubuntu2404',
      'AzureContainerLinux',
    ])
    .optional(),
  maxPods: z.int().min(10).max(250).optional(),
  orchestratorVersion: z.string().optional(),
  availabilityZones: z.array(z.string()).optional(),
  enableAutoScaling: z.boolean().optional(),
  minCount: count.optional(),
  maxCount: count.optional(),
  scaleSetPriority: z.enum(['Spot', 'Regular']).optional(),
  scaleSetEvictionPolicy: z.enum(['Delete', 'Deallocate']).optional(),
  spotMaxPrice: z.number().optional(),
  vnetSubnetID: z.string().optional(),
  gpuInstanceProfile: z.enum(['MIG1g', 'MIG2g', 'MIG3g', 'MIG4g', 'MIG7g']).optional(),
  gpuProfile: z.looseObject({ driver: z.enum(['Install', 'None']).optional() }).optional(),
  tags: z.record(z.string(), z.string().max(256)).optional(),
  nodeLabels: z
    .record(z.string().regex(LABEL_KEY, 'not a label key'), z.string().regex(LABEL_VALUE, 'not a label value'))
    .optional(),
  nodeTaints: z.array(z.string().regex(TAINT, 'not of the form key=value:Effect')).optional(),
});

const requestSchema = z.looseObject({ properties: propertiesSchema });

/** Set by AKS alone; a request that sends them back is not held to them. */
const READ_ONLY = [
  'provisioningState',
  'eTag',
  'currentOrchestratorVersion',
  'nodeImageVersion',
  'virtualMachineNodesStatus',
  'status',
];

export type PoolProperties = z.output<typeof propertiesSchema>;

export type ParsedPool =
  | { readonly kind: 'properties'; readonly properties: PoolProperties }
  | { readonly kind: 'error'; readonly error: ArmError };

export function parsePoolRequest(body: unknown): ParsedPool {
  const parsed = requestSchema.safeParse(withoutNulls(body));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue?.path.slice(1).join('.') ?? '';
    return { kind: 'error', error: invalidParameter(field === '' ? 'properties' : field, issue?.message ?? '') };
  }
  const properties = propertiesSchema.parse(
    Object.fromEntries(Object.entries(parsed.data.properties).filter(([key]) => !READ_ONLY.includes(key))),
  );
  const error = problemOf(properties);
  return error === undefined ? { kind: 'properties', properties } : { kind: 'error', error };
}

function problemOf(properties: PoolProperties): ArmError | undefined {
  return countProblem(properties) ?? labelProblem(properties) ?? tagProblem(properties);
}

function countProblem({
  mode,
  count: nodes,
  enableAutoScaling,
  minCount,
  maxCount,
}: PoolProperties): ArmError | undefined {
  if (mode === 'System' && nodes === 0) {
    return invalidParameter('count', 'a system pool has at least one node');
  }
  if (enableAutoScaling === true && (minCount === undefined || maxCount === undefined || minCount > maxCount)) {
    return invalidParameter('minCount', 'autoscaling needs minCount and maxCount, minCount not above maxCount');
  }
  return undefined;
}

function labelProblem({ nodeLabels, scaleSetPriority }: PoolProperties): ArmError | undefined {
  const own = Object.keys(nodeLabels ?? {}).find(
    (key) => key.startsWith(OWN_LABEL_PREFIX) && !(key === SPOT_LABEL && scaleSetPriority === 'Spot'),
  );
  return own === undefined
    ? undefined
    : invalidParameter('nodeLabels', `label ${own}: the prefix ${OWN_LABEL_PREFIX} is reserved`);
}

function tagProblem({ tags }: PoolProperties): ArmError | undefined {
  const names = Object.keys(tags ?? {});
  const reserved = names.filter((name) => RESERVED_IN_TAG_NAMES.test(name));
  if (reserved.length > 0) {
    return armError('tag-name', { names: reserved.join(', ') });
  }
  if (names.length > MAX_TAGS || names.some((name) => name.length > 512)) {
    return invalidParameter('tags', `at most ${MAX_TAGS} tags, with names of at most 512 characters`);
  }
  return undefined;
}

/** JSON's null means absent here. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutNulls);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]) => (entry === null ? [] : [[key, withoutNulls(entry)]])),
  );
}
