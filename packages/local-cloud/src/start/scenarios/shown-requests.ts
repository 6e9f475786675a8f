import { logLine } from '../../cloud-command/log-table.ts';
import type { LogEntry } from '../../cloud-command/log-table.ts';

/** Of the log, where it is long. */
const SHOWN = 12;

/** The last lines of the log as `npm run cloud -- log` prints them; looks in a row that were answered alike are one. */
export function shownRequests(entries: readonly LogEntry[]): readonly string[] {
  const runs: { last: LogEntry; count: number }[] = [];
  for (const entry of entries) {
    const run = runs.at(-1);
    if (run !== undefined && isSameLook(run.last, entry)) {
      run.last = entry;
      run.count += 1;
    } else {
      runs.push({ last: entry, count: 1 });
    }
  }
  const lines = runs.map(
    ({ count, last }) => `${logLine(last).trimEnd()}${count === 1 ? '' : `  (the last of ${count})`}`,
  );
  return lines.length <= SHOWN ? lines : [`… ${lines.length - SHOWN} lines before`, ...lines.slice(-SHOWN)];
}

function isSameLook(one: LogEntry, other: LogEntry): boolean {
  return other.method === 'GET' && one.method === 'GET' && one.path === other.path && one.status === other.status;
}
