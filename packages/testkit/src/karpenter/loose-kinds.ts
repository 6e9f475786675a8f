import { nodePools } from '@kaito/types';
import type { CustomKind, Kind } from '@kaito/types';
import * as z from 'zod';

const anything = z
  .record(z.string(), z.unknown())
  .meta({ k8s: { replace: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } });

const schema = z.object({ spec: anything.optional(), status: anything.optional() });

/** Where the CRDs themselves are served. */
export const crds: Kind<unknown> = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  isNamespaced: false,
  schema,
};

/** Kinds of others, as far as anybody here looks: what they check is their own business. */
export const looseKinds: readonly CustomKind<unknown>[] = [nodePools, crds].map((kind) => ({
  ...kind,
  schema,
  listKind: `${kind.kind}List`,
  singular: kind.kind.toLowerCase(),
  shortNames: [],
  categories: [],
  versions: [{ name: kind.version, isStored: true, defaults: {} }],
  columns: [],
}));
