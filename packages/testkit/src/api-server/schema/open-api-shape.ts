import * as z from 'zod';

import { frozenCopy } from '../json.ts';
import { ANY } from './shape.ts';
import type { ListShape, RecordShape, ScalarShape, ScalarType, Shape, ValueRules } from './shape.ts';

interface OpenApi {
  readonly type?: Exclude<ScalarType, 'int-or-string' | 'quantity'> | 'object' | 'array' | undefined;
  readonly format?: string | undefined;
  readonly default?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly pattern?: string | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly maxItems?: number | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly required?: readonly string[] | undefined;
  readonly properties?: Readonly<Record<string, OpenApi>> | undefined;
  readonly additionalProperties?: OpenApi | undefined;
  readonly items?: OpenApi | undefined;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean | undefined;
  readonly 'x-kubernetes-int-or-string'?: boolean | undefined;
  readonly 'x-kubernetes-map-type'?: string | undefined;
  readonly 'x-kubernetes-list-type'?: string | undefined;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[] | undefined;
  readonly 'x-kubernetes-validations'?: ValueRules['validations'] | undefined;
}

const OpenApi: z.ZodType<OpenApi> = z.lazy(() =>
  z
    .object({
      type: z.enum(['string', 'integer', 'number', 'boolean', 'object', 'array']),
      format: z.string(),
      default: z.unknown(),
      enum: z.array(z.unknown()),
      pattern: z.string(),
      minimum: z.number(),
      maximum: z.number(),
      maxItems: z.number(),
      minLength: z.number(),
      maxLength: z.number(),
      required: z.array(z.string()),
      properties: z.record(z.string(), OpenApi),
      additionalProperties: OpenApi,
      items: OpenApi,
      'x-kubernetes-preserve-unknown-fields': z.boolean(),
      'x-kubernetes-int-or-string': z.boolean(),
      'x-kubernetes-map-type': z.string(),
      'x-kubernetes-list-type': z.string(),
      'x-kubernetes-list-map-keys': z.array(z.string()),
      'x-kubernetes-validations': z.array(
        z.object({ rule: z.string(), message: z.string(), fieldPath: z.string().optional() }),
      ),
    })
    .partial(),
);

const Definition = z.object({
  spec: z.object({
    versions: z.array(z.object({ name: z.string(), schema: z.object({ openAPIV3Schema: OpenApi }) })),
  }),
});

/** The shape of a version of a kind, from its CustomResourceDefinition; `metadata` is the same for every kind. */
export function customShape(definition: unknown, version: string, metadata: Shape): RecordShape {
  const found = Definition.parse(definition).spec.versions.find(({ name }) => name === version);
  if (found === undefined) {
    throw new TypeError(`the definition has no version ${version}`);
  }
  const shape = recordShape(found.schema.openAPIV3Schema);
  return { ...shape, fields: new Map([...shape.fields, ['metadata', metadata]]) };
}

function shapeOf(schema: OpenApi): Shape {
  const { type, items } = schema;
  if (schema['x-kubernetes-int-or-string'] === true) {
    return scalarShape(schema, 'int-or-string');
  }
  if (type === 'array' && items !== undefined) {
    return listShape(schema, items);
  }
  if (type === 'object') {
    return recordShape(schema);
  }
  return type === undefined || type === 'array' ? ANY : scalarShape(schema, type);
}

function scalarShape(schema: OpenApi, type: ScalarType): ScalarShape {
  return { kind: 'scalar', type, rules: rulesOf(schema, []) };
}

function listShape(schema: OpenApi, itemSchema: OpenApi): ListShape {
  const items = shapeOf(itemSchema);
  const keys = schema['x-kubernetes-list-map-keys'];
  const merge = keys ?? (schema['x-kubernetes-list-type'] === 'set' ? 'set' : 'atomic');
  return { kind: 'list', items, merge, rules: rulesOf(schema, [items]) };
}

function recordShape(schema: OpenApi): RecordShape {
  const { properties = {}, additionalProperties } = schema;
  const fields = new Map(Object.entries(properties).map(([name, field]) => [name, shapeOf(field)]));
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const rest = additionalProperties === undefined ? (isOpen ? ANY : undefined) : shapeOf(additionalProperties);
  return {
    kind: 'record',
    fields,
    isAtomic: schema['x-kubernetes-map-type'] === 'atomic',
    rules: rulesOf(schema, [...fields.values(), ...(rest === undefined ? [] : [rest])]),
    ...(rest !== undefined && { rest }),
  };
}

function rulesOf(schema: OpenApi, children: readonly Shape[]): ValueRules {
  const { pattern, required = [], format, properties = {} } = schema;
  const defaults = new Map(
    Object.entries(properties)
      .filter(([, field]) => field.default !== undefined)
      .map(([name, field]) => [name, frozenCopy(field.default)]),
  );
  const validations = schema['x-kubernetes-validations'] ?? [];
  return {
    required,
    enum: schema.enum,
    pattern: pattern === undefined ? undefined : { text: pattern, expression: new RegExp(pattern, 'u') },
    minimum: schema.minimum,
    maximum: schema.maximum,
    maxItems: schema.maxItems,
    minLength: schema.minLength,
    maxLength: schema.maxLength,
    isDateTime: format === 'date-time',
    validations,
    defaults,
    hasDefaults: defaults.size > 0 || children.some(({ rules }) => rules?.hasDefaults === true),
    hasValidations: validations.length > 0 || children.some(({ rules }) => rules?.hasValidations === true),
  };
}
