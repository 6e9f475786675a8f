import type { Change, Informer, Metrics } from '@kaito/controller-runtime';
import { conditions } from '@kaito/types';
import type { Workspace } from '@kaito/types';

import { reasons } from './core/status/reasons.ts';

const PHASES = ['succeeded', 'error', 'pending', 'deleting'] as const;
type Phase = (typeof PHASES)[number];

/** Keeps `kaito_workspace_count` by what changes, so that nothing is ever counted through. */
export function countWorkspaces(workspaces: Pick<Informer<Workspace>, 'onChange'>, metrics: Metrics): void {
  const gauge = metrics.gauge('kaito_workspace_count', 'Workspaces by phase', ['phase']);
  const counts: Record<Phase, number> = { succeeded: 0, error: 0, pending: 0, deleting: 0 };
  for (const phase of PHASES) {
    gauge.set(0, { phase });
  }
  workspaces.onChange(({ before, after }: Change<Workspace>) => {
    for (const [workspace, step] of [
      [before, -1],
      [after, 1],
    ] as const) {
      if (workspace !== undefined) {
        const phase = phaseOf(workspace);
        counts[phase] += step;
        gauge.set(counts[phase], { phase });
      }
    }
  });
}

function phaseOf({ metadata, status }: Workspace): Phase {
  if (metadata.deletionTimestamp !== undefined) {
    return 'deleting';
  }
  const overall = status?.conditions?.find(({ type }) => type === conditions.workspace.workspaceReady);
  if (overall?.status === 'True') {
    return 'succeeded';
  }
  return overall?.reason === reasons.workspaceFailed ? 'error' : 'pending';
}
