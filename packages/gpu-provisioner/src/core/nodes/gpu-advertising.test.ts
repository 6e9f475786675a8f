import { describe, expect, it } from '@jest/globals';

import { aClaim, aRegisteredNode, NOW, observed, secondsAgo } from '../../../test/builders.ts';
import { missingGpus, tellMissingGpus, untilTold } from './gpu-advertising.ts';
import type { MissingGpus } from './gpu-advertising.ts';

const LIMIT_MS = 600_000;

describe('GPUs that a Node does not offer', () => {
  it('are missing from when the Node is Ready', () => {
    expect(missing('True', {})).toMatchObject({ since: secondsAgo(60), tellAt: new Date(NOW.getTime() + 540_000) });
    expect(missing('False', {})).toBeUndefined();
    expect(missing('True', { 'nvidia.com/gpu': '0' })).toBeDefined();
    expect(missing('True', { 'nvidia.com/gpu': '1' })).toBeUndefined();
    expect(missing('True', { 'amd.com/gpu': '1' })).toBeUndefined();
  });

  it('are told of when it is time, and once', () => {
    const early = missing('True', {});
    expect([tellMissingGpus(observed(), early), untilTold(observed(), early)]).toEqual([[], 540_000]);
    const late = early && { ...early, tellAt: NOW };
    expect(tellMissingGpus(observed(), late)).toMatchObject([
      { kind: 'Warn', reason: 'GpuNotAdvertised', message: expect.stringContaining('device plugin') },
      {
        kind: 'PatchClaim',
        patch: { metadata: { annotations: { 'kaito.sh/gpu-awaited-since': '2026-01-01T00:59:00Z' } } },
      },
    ]);
    expect(untilTold(observed(), late)).toBeUndefined();
    const told = aClaim({ metadata: { annotations: { 'kaito.sh/gpu-awaited-since': 'x' } } });
    expect(tellMissingGpus(observed({ claim: told }), late)).toEqual([]);
  });
});

function missing(isReady: string, allocatable: Readonly<Record<string, string>>): MissingGpus | undefined {
  const lastTransitionTime = secondsAgo(60).toISOString();
  const conditions = [{ type: 'Ready', status: isReady, lastTransitionTime }];
  return missingGpus(aClaim(), aRegisteredNode({ status: { conditions, allocatable } }), LIMIT_MS);
}
