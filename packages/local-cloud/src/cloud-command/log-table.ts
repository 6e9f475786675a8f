import * as z from 'zod';

import { line } from './table.ts';

export const logEntrySchema = z.looseObject({
  sequence: z.number(),
  time: z.string(),
  method: z.string(),
  path: z.string(),
  status: z.number(),
  outcome: z.string(),
  errorCode: z.string().optional(),
  durationMs: z.number(),
});

export const logSchema = z.looseObject({ requests: z.array(logEntrySchema) });

export type LogEntry = z.output<typeof logEntrySchema>;

const WIDTHS = [12, 6, 40, 30, 6];

/** What can be left out because it is the same in every line. */
const BASES = [
  /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/microsoft\.containerservice\/managedclusters\/[^/]+\/?/iu,
  /^\/subscriptions\/[^/]+\/providers\/microsoft\.containerservice\/locations\/[^/]+\//iu,
  /^\/subscriptions\/[^/]+\/providers\/microsoft\.(?=compute\/)/iu,
  /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/microsoft\.(?=compute\/)/iu,
];
const GUID = /(?<head>[0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/giu;

/** Lines have fixed widths, so that those which come later fit below. */
export function logHeader(): string {
  return `${line(['TIME (UTC)', 'METHOD', 'PATH', 'STATUS', 'MS'], WIDTHS)}\n`;
}

export function logLine(entry: LogEntry): string {
  const cells = [
    entry.time.slice(11, 23),
    entry.method,
    shortPath(entry.path),
    status(entry),
    String(Math.round(entry.durationMs)),
  ];
  return `${line(cells, WIDTHS)}\n`;
}

function shortPath(path: string): string {
  const base = BASES.find((pattern) => pattern.test(path));
  const rest = base === undefined ? path : path.replace(base, '');
  return rest === '' ? '(cluster)' : rest.replaceAll(GUID, '$<head>…');
}

function status({ status: code, errorCode, outcome }: LogEntry): string {
  if (outcome === 'dropped') {
    return 'dropped before it was done';
  }
  const text = errorCode === undefined ? String(code) : `${code} ${errorCode}`;
  return outcome === 'cut' ? `${text} (answer cut)` : text;
}
