import * as z from 'zod';

import { nodesOf } from './facts.ts';
import type { Facts } from './facts.ts';
import type { Kubectl } from './kubectl-run.ts';

const Fields = z.record(z.string(), z.unknown());

const Written = z.object({
  kind: z.string(),
  metadata: z.object({
    name: z.string(),
    managedFields: z
      .array(z.object({ manager: z.string(), subresource: z.string().optional(), fieldsV1: Fields.default({}) }))
      .default([]),
  }),
  spec: z.object({ providerID: z.string().optional() }).optional(),
});
type Written = z.infer<typeof Written>;

const LABEL_WIDTH = 10;

/** Who wrote the Nodes of a Workspace and what stands between it and them, as the API server keeps it. */
export async function whoMade(facts: Facts, kubectl: Kubectl, signal: AbortSignal): Promise<readonly string[]> {
  const objects = [
    ...facts.nodePools.map(({ metadata }) => ['nodepool', metadata.name] as const),
    ...facts.claims.map(({ kind, metadata }) => [kind.toLowerCase(), metadata.name] as const),
    ...nodesOf(facts).map(({ metadata }) => ['node', metadata.name] as const),
  ];
  const lines: string[] = [];
  for (const [kind, name] of objects) {
    const text = await kubectl(['get', kind, name, '-o', 'json', '--show-managed-fields'], signal);
    lines.push(...writersOf(Written.parse(JSON.parse(text))));
  }
  return lines;
}

/** One line for the object, one for each field manager with the parts that it holds, one for the machine behind it. */
export function writersOf(content: unknown): readonly string[] {
  const { kind, metadata, spec } = Written.parse(content);
  const parts = Map.groupBy(metadata.managedFields, ({ manager }) => manager);
  const writers = [...parts]
    .map(([manager, entries]) => {
      const held = new Set(entries.flatMap(({ fieldsV1, subresource }) => partsIn(fieldsV1, subresource)));
      return { manager, held: [...held].toSorted() };
    })
    .toSorted((a, b) => rank(a.held) - rank(b.held))
    .map(({ held, manager }) => `${manager} wrote ${held.join(', ')}`);
  return [
    `${kind.padEnd(LABEL_WIDTH)} ${metadata.name}`,
    ...writers.map((text) => `${' '.repeat(LABEL_WIDTH)} ${text}`),
    ...(kind === 'Node' ? [`${' '.repeat(LABEL_WIDTH)} ${prefixOf(spec?.providerID)}`] : []),
  ];
}

/** Whoever says what it is and which machine it stands for is the one that made it. */
function rank(held: readonly string[]): number {
  return held.includes('spec.providerID') || held.includes('spec.requirements') || held.includes('spec.template')
    ? 0
    : 1;
}

/** `status` as it is, of spec and metadata what there is of them. */
function partsIn(fields: z.infer<typeof Fields>, subresource: string | undefined): readonly string[] {
  return Object.keys(fields).flatMap((key) => {
    if (key === 'f:status') {
      return ['status'];
    }
    const parts = Object.keys(Fields.parse(fields[key])).filter((one) => one.startsWith('f:'));
    const names = parts.map((one) => one.slice(2));
    if (key === 'f:metadata') {
      return subresource === undefined ? names : [];
    }
    return names.map((one) => `spec.${one}`);
  });
}

function prefixOf(providerId: string | undefined): string {
  const [prefix] = /^[a-z]+:\/+/u.exec(providerId ?? '') ?? [];
  return prefix === undefined ? 'no providerID: it is of no cloud' : `providerID ${prefix}…`;
}
