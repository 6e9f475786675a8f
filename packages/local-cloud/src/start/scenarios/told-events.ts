import * as z from 'zod';

const Events = z.object({
  items: z.array(
    z.object({
      type: z.string(),
      reason: z.string(),
      note: z.string().default(''),
      regarding: z.object({ kind: z.string(), name: z.string() }),
    }),
  ),
});

/** What an event told. */
export interface ToldEvent {
  readonly of: string;
  readonly type: string;
  readonly reason: string;
  readonly note: string;
}

/** What kubectl lists as JSON: all that Workspaces tell, and the warnings of their claims. */
export function toldEvents(json: string): readonly ToldEvent[] {
  return Events.parse(JSON.parse(json))
    .items.filter(
      ({ regarding, type }) =>
        regarding.kind === 'Workspace' || (type === 'Warning' && CLAIMS.includes(regarding.kind)),
    )
    .map(({ note, reason, regarding, type }) => ({ of: `${regarding.kind} ${regarding.name}`, type, reason, note }));
}

const CLAIMS = ['Machine', 'NodeClaim'];
