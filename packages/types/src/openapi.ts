import * as z from 'zod';

export interface OpenApiSchema {
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
}

/** What a schema says about itself under `.meta({ k8s })`, beyond what zod can express. */
const Annotations = z.looseObject({
  /** Stands for the whole generated schema. */
  replace: z.record(z.string(), z.unknown()).optional(),
  rules: z.array(z.object({ rule: z.string(), message: z.string(), fieldPath: z.string().optional() })).optional(),
});

const JsonSchema = z.looseObject({
  k8s: Annotations.optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});
type JsonSchema = z.infer<typeof JsonSchema>;

/** Look-ahead, look-behind and back-references: the API server compiles patterns as RE2, which has none. */
const NOT_RE2 = /\(\?[=!<]|\\[1-9]/u;

/**
 * The structural OpenAPI v3 schema that a CRD may contain for `schema`.
 * Throws at build time when the schema has something that a CRD cannot express.
 */
export function structuralSchema(schema: z.ZodType): OpenApiSchema {
  return structural(
    z.toJSONSchema(schema, {
      target: 'openapi-3.0',
      io: 'input',
      unrepresentable: 'any',
      reused: 'inline',
      cycles: 'throw',
    }),
  );
}

function structural(raw: unknown): OpenApiSchema {
  const schema = JsonSchema.parse(raw);
  const { k8s } = schema;
  if (k8s?.replace !== undefined) {
    return k8s.replace;
  }
  const { replace: _, rules, ...extensions } = k8s ?? {};
  return {
    ...plainKeywords(schema),
    ...children(schema),
    ...extensions,
    ...(rules === undefined ? {} : { 'x-kubernetes-validations': rules }),
  };
}

/** The keywords that hold no schema, without those that JSON schema adds and a CRD refuses. */
function plainKeywords(schema: JsonSchema): OpenApiSchema {
  const dropped = new Set(['$schema', 'additionalProperties', 'items', 'k8s', 'properties', 'propertyNames']);
  const kept = Object.entries(schema).filter(
    ([keyword, value]) => !dropped.has(keyword) && !isIntegerBound(keyword, value),
  );
  const { type, pattern } = schema;
  if (typeof type !== 'string') {
    throw new TypeError(`a CRD schema needs one type: ${JSON.stringify(schema)}`);
  }
  if (typeof pattern === 'string' && NOT_RE2.test(pattern)) {
    throw new TypeError(`the API server cannot compile the pattern ${pattern}`);
  }
  return Object.fromEntries(kept);
}

/** zod bounds every integer by what a double can hold; that is no rule of ours. */
function isIntegerBound(keyword: string, value: unknown): boolean {
  return (keyword === 'minimum' || keyword === 'maximum') && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER;
}

function children(schema: JsonSchema): OpenApiSchema {
  const { properties, items, additionalProperties } = schema;
  return {
    ...(properties === undefined ? {} : { properties: structuralProperties(properties) }),
    ...(items === undefined ? {} : { items: structural(items) }),
    ...(isObject(additionalProperties) ? { additionalProperties: structural(additionalProperties) } : {}),
  };
}

function structuralProperties(properties: Readonly<Record<string, unknown>>): Record<string, OpenApiSchema> {
  return Object.fromEntries(Object.entries(properties).map(([name, child]) => [name, structural(child)]));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
