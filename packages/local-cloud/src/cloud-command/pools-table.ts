import * as z from 'zod';

import { age } from './age.ts';
import { table } from './table.ts';

const poolSchema = z.looseObject({
  name: z.string(),
  mode: z.string().optional(),
  vmSize: z.string().optional(),
  count: z.number().optional(),
  provisioningState: z.string(),
  provisioningError: z.looseObject({ code: z.string(), message: z.string() }).optional(),
  createdAt: z.string(),
  stateSince: z.string(),
  tags: z.record(z.string(), z.string()),
  vms: z.array(z.looseObject({ name: z.string(), state: z.string() })),
});

export const poolsSchema = z.looseObject({ pools: z.array(poolSchema) });

type SimulatedPool = z.output<typeof poolSchema>;

const HEADER = ['NAME', 'MODE', 'SIZE', 'COUNT', 'STATE', 'NODES', 'OWNER', 'AGE', 'SINCE'];

/** One line per pool, the oldest first; what went wrong with one follows below. */
export function poolsTable(pools: readonly SimulatedPool[], now: Date): string {
  const problems = pools.flatMap(({ name, provisioningError }) =>
    provisioningError === undefined ? [] : [`${name}: ${provisioningError.code}: ${provisioningError.message}\n`],
  );
  const rows = pools.map((pool) => poolRow(pool, now));
  return [table(HEADER, rows), ...(problems.length > 0 ? ['\n', ...problems] : [])].join('');
}

function poolRow(pool: SimulatedPool, now: Date): readonly string[] {
  const running = pool.vms.filter(({ state }) => state === 'Running').length;
  return [
    pool.name,
    pool.mode ?? '-',
    pool.vmSize ?? '-',
    String(pool.count ?? pool.vms.length),
    pool.provisioningState,
    `${running}/${pool.vms.length}`,
    owner(pool.tags),
    age(pool.createdAt, now),
    age(pool.stateSince, now),
  ];
}

/** The claim that the pool was made for, and the beginning of its uid. */
function owner(tags: Readonly<Record<string, string>>): string {
  const { 'kaito-claim': claim, 'kaito-claim-uid': uid } = tags;
  if (claim === undefined) {
    return '-';
  }
  return uid === undefined ? claim : `${claim} (${uid.slice(0, 8)})`;
}
