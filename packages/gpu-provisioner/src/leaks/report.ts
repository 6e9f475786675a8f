import type { Leak, LeakKind } from '../core/collection/leaks.ts';
import { msBetween } from '../core/time.ts';

export interface LeakReport {
  readonly cluster: string;
  readonly at: Date;
  /** How many were looked through. */
  readonly pools: number;
  readonly claims: number;
  readonly leaks: readonly Leak[];
}

const WHY: Readonly<Record<LeakKind, string>> = {
  NoClaim: 'its claim is gone',
  LegacyNoClaim: 'made by the Go gpu-provisioner, and its claim is gone',
  OtherCluster: 'marked by another Kubernetes cluster',
  Failed: 'it could not be made, and keeps its name',
  SlowDeletion: 'its claim has been in deletion for long',
};

const WHAT_TO_DO: Readonly<Record<LeakKind, string>> = {
  NoClaim: 'a provisioner that runs deletes it within minutes; its events and log tell when it does not',
  LegacyNoClaim: 'is deleted with --collect-legacy where a Node proves its origin; else: az aks nodepool delete',
  OtherCluster: 'is never touched: az aks nodepool delete, once you know whose it was',
  Failed: 'a provisioner that runs deletes it and tries again; the claim tells why it failed',
  SlowDeletion: 'kubectl describe the claim and its Node: pods may stand against the drain, or Azure is slow',
};

const HEADER = ['POOL', 'SIZE', 'STATE', 'AGE', 'COST/H', 'SO FAR', 'OWNER', 'WHY'];

/** One line for each, the sum, and what can be done. */
export function reportText({ at, claims, leaks, pools }: LeakReport): string {
  if (leaks.length === 0) {
    return `no leaks: ${pools} agent pools and ${claims} claims were looked through\n`;
  }
  const kinds = [...new Set(leaks.map(({ kind }) => kind))];
  return [
    ...columns([HEADER, ...leaks.map((leak) => cells(leak, at))]),
    '',
    sumText(leaks),
    ...kinds.map((kind) => `- ${WHY[kind]}: ${WHAT_TO_DO[kind]}`),
    '',
  ].join('\n');
}

export function reportJson({ at, cluster, leaks }: LeakReport): string {
  const { cost, costPerHour } = sums(leaks);
  const rows = leaks.map((leak) => ({ ...leak, why: WHY[leak.kind] }));
  return `${JSON.stringify({ cluster, at, leaks: rows, costPerHour, cost }, undefined, 2)}\n`;
}

function cells(leak: Leak, at: Date): readonly string[] {
  const { cost, costPerHour, isStopped, kind, owner, phase, pool, since, vmSize } = leak;
  return [
    pool,
    vmSize,
    isStopped ? 'Stopped' : phase,
    since === undefined ? '?' : ageText(msBetween(since, at)),
    costPerHour?.toFixed(2) ?? '?',
    cost?.toFixed(2) ?? '?',
    owner ?? '?',
    WHY[kind],
  ];
}

function sumText(leaks: readonly Leak[]): string {
  const { cost, costPerHour } = sums(leaks);
  const unpriced = new Set(leaks.filter((leak) => leak.costPerHour === undefined).map(({ vmSize }) => vmSize));
  const perHour = `${atLeast(unpriced.size > 0)}${costPerHour.toFixed(2)} an hour`;
  const soFar = `${atLeast(leaks.some((leak) => leak.cost === undefined))}${cost.toFixed(2)} so far`;
  const gap = unpriced.size === 0 ? '' : `; no price for ${[...unpriced].toSorted().join(', ')}`;
  return `${leaks.length} ${leaks.length === 1 ? 'leak' : 'leaks'}: ${perHour}, ${soFar}${gap}`;
}

function atLeast(isPartOnly: boolean): string {
  return isPartOnly ? 'at least ' : '';
}

function sums(leaks: readonly Leak[]): { readonly cost: number; readonly costPerHour: number } {
  return {
    cost: leaks.reduce((sum, { cost = 0 }) => sum + cost, 0),
    costPerHour: leaks.reduce((sum, { costPerHour = 0 }) => sum + costPerHour, 0),
  };
}

/** The two greatest units, as kubectl writes ages. */
function ageText(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const [days, hours] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24];
  if (days > 0) {
    return hours > 0 ? `${days}d${hours}h` : `${days}d`;
  }
  return hours > 0 ? `${hours}h${minutes % 60}m` : `${minutes}m`;
}

/** As wide as their widest cell, two spaces apart. */
function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
