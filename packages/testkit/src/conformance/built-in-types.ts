import * as z from 'zod';

import type { TypeTable } from '../api-server/schema/type-text.ts';

/** The kinds whose types the model knows, and where the API server describes them. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  'api/v1': ['ConfigMap', 'Namespace', 'Node', 'PersistentVolumeClaim', 'Pod', 'Secret', 'Service', 'ServiceAccount'],
  'apis/apps/v1': ['ControllerRevision', 'DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'],
  'apis/batch/v1': ['Job'],
  'apis/coordination.k8s.io/v1': ['Lease'],
  'apis/discovery.k8s.io/v1': ['EndpointSlice'],
  'apis/events.k8s.io/v1': ['Event'],
  'apis/policy/v1': ['PodDisruptionBudget'],
};

interface Schema {
  readonly $ref?: string | undefined;
  readonly allOf?: readonly Schema[] | undefined;
  readonly oneOf?: readonly Schema[] | undefined;
  readonly type?: string | undefined;
  readonly format?: string | undefined;
  readonly default?: unknown;
  readonly items?: Schema | undefined;
  readonly additionalProperties?: Schema | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly 'x-kubernetes-list-type'?: string | undefined;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[] | undefined;
  readonly 'x-kubernetes-map-type'?: string | undefined;
}

const Schema: z.ZodType<Schema> = z.lazy(() =>
  z
    .object({
      $ref: z.string(),
      allOf: z.array(Schema),
      oneOf: z.array(Schema),
      type: z.string(),
      format: z.string(),
      default: z.unknown(),
      items: Schema,
      additionalProperties: Schema,
      properties: z.record(z.string(), Schema),
      'x-kubernetes-list-type': z.string(),
      'x-kubernetes-list-map-keys': z.array(z.string()),
      'x-kubernetes-map-type': z.string(),
    })
    .partial(),
);

const Document = z.object({ components: z.object({ schemas: z.record(z.string(), Schema) }) });

type Schemas = ReadonlyMap<string, Schema>;

/** The types of the built-in kinds as a running API server tells them; `get` answers a path with parsed JSON. */
export async function builtInTypes(get: (path: string) => Promise<unknown>): Promise<TypeTable> {
  const documents = await Promise.all(
    Object.keys(KINDS).map(async (group) => Document.parse(await get(`/openapi/v3/${group}`))),
  );
  const schemas = new Map(
    documents.flatMap(({ components }) =>
      Object.entries(components.schemas).map(([name, schema]) => [shortName(name), schema] as const),
    ),
  );
  const table = new Map<string, Readonly<Record<string, string>>>();
  for (const kind of Object.values(KINDS).flat()) {
    collect(schemas, kind, table);
  }
  return Object.fromEntries([...table].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function collect(schemas: Schemas, name: string, table: Map<string, Readonly<Record<string, string>>>): void {
  const { properties } = schemas.get(name) ?? {};
  if (properties === undefined || table.has(name)) {
    return;
  }
  table.set(
    name,
    Object.fromEntries(Object.entries(properties).map(([field, type]) => [field, textOf(schemas, type)])),
  );
  for (const referred of Object.values(properties).flatMap(referencesOf)) {
    collect(schemas, referred, table);
  }
}

function textOf(schemas: Schemas, schema: Schema): string {
  const reference = referenceIn(schema);
  if (reference !== undefined) {
    return namedText(schemas, reference, schema);
  }
  const { type, items, additionalProperties } = schema;
  if (items !== undefined) {
    return `[${textOf(schemas, items)}]${mergeText(schema)}`;
  }
  if (additionalProperties !== undefined) {
    return `{${textOf(schemas, additionalProperties)}}${isAtomic(schema) ? '!' : ''}`;
  }
  return type === undefined || type === 'object' ? scalarText(schema) : type + defaultText(schema);
}

function namedText(schemas: Schemas, name: string, user: Schema): string {
  if (name === 'Quantity') {
    return 'quantity';
  }
  const schema = schemas.get(name) ?? {};
  return schema.properties === undefined ? scalarText(schema) : name + (isAtomic(schema) || isAtomic(user) ? '!' : '');
}

/** Types that are no struct: a quantity is a string or a number, FieldsV1 is anything. */
function scalarText({ type, oneOf }: Schema): string {
  const types = oneOf?.map((choice) => choice.type) ?? [type];
  if (types.includes('string') && types.length > 1) {
    return 'int-or-string';
  }
  return type === undefined || type === 'object' ? 'any' : type;
}

function mergeText(schema: Schema): string {
  switch (schema['x-kubernetes-list-type']) {
    case 'map':
      return schema['x-kubernetes-list-map-keys']?.join(',') ?? '';
    case 'set':
      return '*';
    case undefined:
    default:
      return '';
  }
}

function defaultText({ default: value }: Schema): string {
  return typeof value === 'string' ? `=${value}` : '';
}

function isAtomic(schema: Schema): boolean {
  return schema['x-kubernetes-map-type'] === 'atomic';
}

function referencesOf(schema: Schema): readonly string[] {
  const inner = [schema.items, schema.additionalProperties].filter((child) => child !== undefined);
  const reference = referenceIn(schema);
  return [...(reference === undefined ? [] : [reference]), ...inner.flatMap(referencesOf)];
}

function referenceIn({ $ref, allOf }: Schema): string | undefined {
  const reference = $ref ?? allOf?.[0]?.$ref;
  return reference === undefined ? undefined : shortName(reference);
}

function shortName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
