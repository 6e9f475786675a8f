import type { WorkspaceStatus } from '@kaito/types';

import type { Observed } from '../src/core/observed.ts';
import type { Settings } from '../src/core/settings.ts';
import { plan } from '../src/core/plan.ts';
import { observed, settings as defaults } from './builders.ts';

/** What the user is told in a world: each row is a condition's type, status, reason and perhaps its message. */
export type Row = readonly [name: string, world: Partial<Observed>, ...conditions: readonly (readonly string[])[]];

/** As much of the conditions as the rows name. */
export function tellingsOf(
  world: Partial<Observed>,
  rows: readonly (readonly string[])[],
  settings: Settings = defaults,
): readonly (readonly unknown[])[] {
  const conditions = statusOf(world, settings)?.conditions ?? [];
  return rows.map(([type, , , message]) => {
    const condition = conditions.find((one) => one.type === type);
    return [type, condition?.status, condition?.reason, ...(message === undefined ? [] : [condition?.message])];
  });
}

export function statusOf(world: Partial<Observed>, settings: Settings = defaults): WorkspaceStatus | undefined {
  const written = plan(observed(world), settings).actions.find((action) => action.kind === 'WriteStatus');
  return written?.status;
}

/** The reasons of the events that go with it. */
export function noticesOf(world: Partial<Observed>): readonly string[] {
  return plan(observed(world), defaults).actions.flatMap((action) =>
    action.kind === 'Notify' ? [action.notice.reason] : [],
  );
}
