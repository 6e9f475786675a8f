import { describe, expect, it } from '@jest/globals';
import { noMetrics } from '@kaito/controller-runtime';
import type { Change } from '@kaito/controller-runtime';
import type { Workspace } from '@kaito/types';

import { aWorkspace } from '../test/builders.ts';
import { countWorkspaces } from './metrics.ts';

const told = (status: string, reason: string): Workspace =>
  aWorkspace({
    status: {
      conditions: [{ type: 'WorkspaceReady', status, reason, message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }],
    },
  });

describe('countWorkspaces', () => {
  it('moves a Workspace from phase to phase', () => {
    const figures: Record<string, number> = {};
    const listeners: ((change: Change<Workspace>) => void)[] = [];
    const source = {
      onChange: (listener: (change: Change<Workspace>) => void) => {
        listeners.push(listener);
      },
    };
    const gauge = {
      set: (value: number, { phase = '' } = {}) => {
        figures[phase] = value;
      },
    };
    countWorkspaces(source, { ...noMetrics, gauge: () => gauge });
    expect(figures).toEqual({ succeeded: 0, error: 0, pending: 0, deleting: 0 });
    const path = [
      aWorkspace(),
      told('False', 'workspaceFailed'),
      told('True', 'workspaceReady'),
      aWorkspace({ metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }),
    ];
    const phases = path.map((after, index) => {
      const before = path[index - 1];
      listeners[0]?.(before === undefined ? { after } : { before, after });
      return Object.entries(figures).flatMap(([phase, count]) => (count === 0 ? [] : [`${phase} ${count}`]));
    });
    expect(phases).toEqual([['pending 1'], ['error 1'], ['succeeded 1'], ['deleting 1']]);
  });
});
