import path from 'node:path';
import process from 'node:process';

import type { Base } from './base/base.ts';
import type { BuiltImage } from './build.ts';
import type { Check } from './checks.ts';
import type { Examined } from './examine.ts';
import { median } from './measure/median.ts';
import type { Start } from './measure/starts.ts';
import { megabytes, table } from './table.ts';

/** One image, all that is known of it. */
export interface Finding {
  readonly built: BuiltImage;
  readonly examined: Examined;
  readonly starts: readonly Start[];
  readonly checks: readonly Check[];
}

const KIB_PER_MIB = 1024;

export function report(findings: readonly Finding[], base: Base): string {
  const header = [
    'image',
    'compressed',
    'unpacked',
    'layers',
    'start to ready',
    'range',
    'RSS at ready',
    'of it anonymous',
  ];
  return [
    table(header, findings.map(row)),
    '',
    `base      ${base.name}`,
    `          ${basePackages(findings)}`,
    ...findings.map(({ built }) => `digest    ${built.layout.digest}  ${built.name}`),
    ...findings.map(({ examined }) => `SBOM      ${path.relative(process.cwd(), examined.bomFile)}`),
  ].join('\n');
}

function row({ built, examined, starts }: Finding): readonly string[] {
  const times = starts.map(({ readyMs }) => readyMs);
  return [
    built.name,
    megabytes(built.layout.compressedBytes),
    megabytes(examined.unpackedBytes),
    String(built.layout.layers.length),
    milliseconds(median(times)),
    `${milliseconds(Math.min(...times))} – ${milliseconds(Math.max(...times))}`,
    mebibytes(starts.map(({ residentKiB }) => residentKiB)),
    mebibytes(starts.map(({ anonymousKiB }) => anonymousKiB)),
  ];
}

function basePackages(findings: readonly Finding[]): string {
  const [first] = findings;
  const packages = first?.examined.debianPackages.map(({ name, version }) => `${name} ${version}`) ?? [];
  return [`node ${first?.examined.nodeVersion ?? ''}`, ...packages].join(', ');
}

function milliseconds(value: number): string {
  return Number.isFinite(value) ? `${Math.round(value)} ms` : '-';
}

function mebibytes(kib: readonly number[]): string {
  const value = median(kib) / KIB_PER_MIB;
  return Number.isFinite(value) ? `${value.toFixed(0)} MiB` : '-';
}
