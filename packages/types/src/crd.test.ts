import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';

import { customResourceDefinition } from './crd.ts';
import { machines, nodeClaims, workspaces } from './kinds.ts';
import { structuralSchema } from './openapi.ts';

const PUBLISHED_CRDS = path.join(import.meta.dirname, '../../../../shared/fixtures/crds');

const Crd = z.object({
  spec: z.object({
    versions: z.array(
      z.looseObject({
        name: z.string(),
        storage: z.boolean(),
        schema: z.object({ openAPIV3Schema: z.looseObject({ properties: z.record(z.string(), z.unknown()) }) }),
        additionalPrinterColumns: z.array(z.object({ name: z.string(), priority: z.int().optional() })),
      }),
    ),
  }),
});

describe('the CRD of Machine', () => {
  it('has the fields of the spec', () => {
    const fields = structuralSchema(machines.schema).properties?.['spec']?.properties ?? {};
    expect(Object.keys(fields)).toEqual([
      'taints',
      'startupTaints',
      'requirements',
      'resources',
      'kubelet',
      'machineTemplateRef',
    ]);
  });
});

describe('the CRD of NodeClaim', () => {
  const crd = Crd.parse(customResourceDefinition(nodeClaims));

  it('demands a spec, and says no more of metadata than the API server itself', () => {
    const [version] = crd.spec.versions;
    expect(version?.schema.openAPIV3Schema).toMatchObject({
      required: ['spec'],
      properties: { metadata: { type: 'object' } },
    });
  });

  it('lets a claim expire after 30 days where it does not say when', () => {
    expect(customResourceDefinition(nodeClaims)).toHaveProperty(
      'spec.versions.0.schema.openAPIV3Schema.properties.spec.properties.expireAfter.default',
      '720h',
    );
  });
});

describe.each([machines, nodeClaims])('the CRD of $kind', (kind) => {
  it('equals the published one for every field, where that is at hand', () => {
    const ours = sorted(customResourceDefinition(kind));
    expect(ours).toEqual(sorted(published(kind.plural) ?? ours));
  });
});

/** Undefined in a clone that has no library beside it; says so. */
function published(plural: string): unknown {
  const file = path.join(PUBLISHED_CRDS, `${plural}.json`);
  if (!existsSync(file)) {
    process.stderr.write(`the published CRD of ${plural} is not at hand: not compared\n`);
    return undefined;
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}

describe('the CRD of Workspace', () => {
  const crd = Crd.parse(customResourceDefinition(workspaces));

  it('serves v1alpha1 and v1beta1 with the same fields and stores v1beta1', () => {
    const [alpha, beta] = crd.spec.versions;
    expect([alpha?.name, alpha?.storage, beta?.name, beta?.storage]).toEqual(['v1alpha1', false, 'v1beta1', true]);
    expect(fieldPaths(alpha?.schema.openAPIV3Schema)).toEqual(fieldPaths(beta?.schema.openAPIV3Schema));
  });

  it('has the default instance type in v1alpha1 alone', () => {
    expect(crd.spec.versions.map((version) => JSON.stringify(version).includes('Standard_NC24ads_A100_v4'))).toEqual([
      true,
      false,
    ]);
  });

  it('prints the columns that the documents show, and more only with -o wide', () => {
    for (const { additionalPrinterColumns: columns } of crd.spec.versions) {
      expect(columns.filter(({ priority }) => priority === undefined).map(({ name }) => name)).toEqual([
        'Instance',
        'ResourceReady',
        'InferenceReady',
        'WorkspaceReady',
        'Age',
      ]);
    }
  });
});

describe('structuralSchema', () => {
  it('refuses a pattern that the API server cannot compile', () => {
    expect(() => structuralSchema(z.string().regex(/^(?!x)/u))).toThrow('cannot compile');
  });

  it('refuses a union that a CRD cannot express', () => {
    expect(() => structuralSchema(z.object({ either: z.union([z.string(), z.boolean()]) }))).toThrow('one type');
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.map(sorted).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, child]) => [key, sorted(child)]),
    );
  }
  return value;
}

function fieldPaths(schema: unknown, prefix = ''): readonly string[] {
  const { properties = {} } = z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() }).parse(schema);
  return Object.entries(properties).flatMap(([name, child]) => [
    `${prefix}${name}`,
    ...fieldPaths(child, `${prefix}${name}.`),
  ]);
}
