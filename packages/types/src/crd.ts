import type { CustomKind, PrinterColumn, ServedVersion } from './kinds.ts';
import { structuralSchema } from './openapi.ts';
import type { OpenApiSchema } from './openapi.ts';

export interface CustomResourceDefinition {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: { readonly name: string };
  readonly spec: object;
}

/** The manifest that makes the API server serve `kind`. */
export function customResourceDefinition(kind: CustomKind<unknown>): CustomResourceDefinition {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${kind.plural}.${kind.group}` },
    spec: {
      group: kind.group,
      names: {
        categories: kind.categories,
        kind: kind.kind,
        listKind: kind.listKind,
        plural: kind.plural,
        ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
        singular: kind.singular,
      },
      scope: kind.isNamespaced ? 'Namespaced' : 'Cluster',
      versions: kind.versions.map((version) => servedVersion(kind, version)),
    },
  };
}

function servedVersion(kind: CustomKind<unknown>, version: ServedVersion): object {
  return {
    additionalPrinterColumns: kind.columns.map(printerColumn),
    name: version.name,
    schema: { openAPIV3Schema: withDefaults(rootSchema(kind), version.defaults) },
    served: true,
    storage: version.isStored,
    subresources: { status: {} },
  };
}

function printerColumn({ name, type, jsonPath, priority }: PrinterColumn): object {
  return { jsonPath, name, ...(priority === undefined ? {} : { priority }), type };
}

/** The API server validates metadata itself; a CRD may say no more of it than that it is an object. */
function rootSchema(kind: CustomKind<unknown>): OpenApiSchema {
  const { properties, required, ...rest } = structuralSchema(kind.schema);
  const demanded = (required ?? []).filter((field) => field !== 'metadata');
  return {
    ...rest,
    ...(demanded.length === 0 ? {} : { required: demanded }),
    properties: {
      ...properties,
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
    },
  };
}

function withDefaults(schema: OpenApiSchema, defaults: Readonly<Record<string, string>>): OpenApiSchema {
  return Object.entries(defaults).reduce(
    (current, [path, value]) => withDefault(current, path.split('.'), value),
    schema,
  );
}

function withDefault(schema: OpenApiSchema, [step, ...rest]: readonly string[], value: string): OpenApiSchema {
  if (step === undefined) {
    return { ...schema, default: value };
  }
  const child = schema.properties?.[step];
  if (child === undefined) {
    throw new TypeError(`there is no field ${step} to set a default for`);
  }
  return { ...schema, properties: { ...schema.properties, [step]: withDefault(child, rest, value) } };
}
