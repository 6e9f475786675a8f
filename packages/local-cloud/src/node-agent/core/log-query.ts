import { timestampMs } from '@kaito/types';
import * as z from 'zod';

/** What `kubectl logs` asks a kubelet for. */
export interface LogQuery {
  readonly isFollowing: boolean;
  /** The run before the present one. */
  readonly isPrevious: boolean;
  readonly hasTimestamps: boolean;
  readonly tailLines?: number | undefined;
  readonly limitBytes?: number | undefined;
  readonly sinceMs?: number | undefined;
  readonly stream?: 'stdout' | 'stderr' | undefined;
}

const flag = z.stringbool().default(false);
const count = z.coerce.number().int().min(0).optional();

const Parameters = z.object({
  follow: flag,
  previous: flag,
  timestamps: flag,
  tailLines: count,
  limitBytes: count,
  sinceSeconds: count,
  sinceTime: z.iso.datetime({ offset: true }).optional(),
  stream: z.enum(['All', 'Stdout', 'Stderr']).default('All'),
});

/** Throws a zod error for parameters that a kubelet would refuse. */
export function logQuery(parameters: URLSearchParams, nowMs: number): LogQuery {
  const read = Parameters.parse(Object.fromEntries(parameters));
  const sinceMs =
    read.sinceSeconds === undefined ? timestampMs(read.sinceTime ?? '') : nowMs - read.sinceSeconds * 1000;
  return {
    isFollowing: read.follow,
    isPrevious: read.previous,
    hasTimestamps: read.timestamps,
    tailLines: read.tailLines,
    limitBytes: read.limitBytes,
    ...(sinceMs !== undefined && { sinceMs }),
    ...(read.stream !== 'All' && { stream: read.stream === 'Stdout' ? 'stdout' : 'stderr' }),
  };
}

export interface LogRecord {
  readonly time: string;
  readonly stream: 'stdout' | 'stderr';
  /** Whether the line ends here; a long one is kept in several records. */
  readonly isWhole: boolean;
  readonly text: string;
}

/** The format of the container runtimes: `time stream F text`. */
export function formatRecord({ time, stream, isWhole, text }: LogRecord): string {
  return `${time} ${stream} ${isWhole ? 'F' : 'P'} ${text}\n`;
}

export function parseRecord(line: string): LogRecord | undefined {
  const [, time, stream, tag, text] = /^(\S+) (stdout|stderr) ([FP]) (.*)$/su.exec(line) ?? [];
  return time === undefined || text === undefined
    ? undefined
    : { time, stream: stream === 'stderr' ? 'stderr' : 'stdout', isWhole: tag === 'F', text };
}

/** The records that a query wants of those there are. */
export function selectRecords(records: readonly LogRecord[], query: LogQuery): readonly LogRecord[] {
  const wanted = records.filter((record) => isWanted(record, query));
  if (query.tailLines === undefined) {
    return wanted;
  }
  let lines = 0;
  const first = wanted.findLastIndex((record) => {
    lines += record.isWhole ? 1 : 0;
    return lines > (query.tailLines ?? 0);
  });
  return wanted.slice(first + 1);
}

export function isWanted(record: LogRecord, { sinceMs, stream }: LogQuery): boolean {
  const isLate = sinceMs === undefined || (timestampMs(record.time) ?? 0) >= sinceMs;
  return isLate && (stream === undefined || record.stream === stream);
}

export function renderRecord({ time, isWhole, text }: LogRecord, { hasTimestamps }: LogQuery): string {
  return `${hasTimestamps ? `${time} ` : ''}${text}${isWhole ? '\n' : ''}`;
}
