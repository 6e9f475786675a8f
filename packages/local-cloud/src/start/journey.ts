import type { Facts } from './facts.ts';
import type { Milestone } from './milestones.ts';

export interface Reached {
  readonly milestone: Milestone;
  readonly detail: string;
  /** Since the Workspace was applied. */
  readonly atMs: number;
}

/** The milestones that `facts` newly show as reached, given those reached before. */
export function newlyReached(
  milestones: readonly Milestone[],
  facts: Facts,
  before: readonly Reached[],
  atMs: number,
): readonly Reached[] {
  return milestones
    .filter((milestone) => !isReached(milestone, before))
    .flatMap((milestone) => {
      const detail = milestone.detail(facts);
      return detail === undefined ? [] : [{ milestone, detail, atMs }];
    });
}

/** The first that is not reached yet. */
export function nextMilestone(milestones: readonly Milestone[], reached: readonly Reached[]): Milestone | undefined {
  return milestones.find((milestone) => !isReached(milestone, reached));
}

function isReached({ label }: Milestone, reached: readonly Reached[]): boolean {
  return reached.some(({ milestone }) => milestone.label === label);
}

/** What the Workspace itself says that it waits for, or why it failed. */
export function waitingMessage({ workspace }: Facts): string | undefined {
  return workspace?.status?.conditions?.find(({ type }) => type === 'WorkspaceReady')?.message;
}

/** A failure that no waiting mends: the reason that the Workspace gives, or undefined while it is under way. */
export function failure({ workspace }: Facts): string | undefined {
  const ready = workspace?.status?.conditions?.find(({ type }) => type === 'WorkspaceReady');
  return ready?.status === 'False' && ready.reason === 'workspaceFailed' ? ready.message : undefined;
}
