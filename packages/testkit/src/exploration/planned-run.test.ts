import { describe, expect, it } from '@jest/globals';

import { faultPairs, histories, parseReplayLine, quoted, replayLine, singleFaults } from './planned-run.ts';
import type { BaseRun, PlannedRun } from './planned-run.ts';

const write = {
  index: 0,
  role: 'gpu-provisioner',
  system: 'cloud',
  verb: 'create',
  target: 'agentpools/a',
  isWrite: true,
} as const;
const read = { ...write, index: 1, verb: 'list', target: 'agentpools', isWrite: false } as const;
const bases: readonly BaseRun[] = [{ scenario: 'create', effects: [write, read] }];

describe('singleFaults', () => {
  it('is the run without any fault, and each effect with each fault that it can have', () => {
    const lines = singleFaults(bases, 7).map(replayLine);
    expect(new Set(lines).size).toBe(lines.length);
    expect(lines[0]).toBe('create#@7');
    expect(lines).toContain('create#0:timed-out-though-done@7');
    expect(lines).not.toContain('create#1:timed-out-though-done@7');
    expect(lines).not.toContain('create#0:conflict@7');
    expect(lines).toHaveLength(1 + 11 + 10);
  });
});

function slice(seed: number): readonly string[] {
  return [...faultPairs(bases, seed, 20), ...histories(seed, 5)].map(replayLine);
}

describe('faultPairs and histories', () => {
  it('are the same for the same seed and others for another', () => {
    expect(slice(3)).toEqual(slice(3));
    expect(slice(3)).not.toEqual(slice(4));
  });

  it('lets the second fault strike after the first', () => {
    for (const run of faultPairs(bases, 1, 50)) {
      const [first, second] = run.kind === 'scenario' ? run.faults : [];
      expect(second?.effect).toBeGreaterThan(first?.effect ?? Number.NaN);
    }
  });
});

describe('a replay line', () => {
  it.each<PlannedRun>([
    { kind: 'history', seed: 7_000_021 },
    { kind: 'scenario', scenario: "somebody else's pool", seed: 1, faults: [] },
    {
      kind: 'scenario',
      scenario: 'create and delete',
      seed: 7,
      faults: [
        { effect: 17, kind: 'crash-after' },
        { effect: 23, kind: 'stale-all' },
      ],
    },
  ])('is read as it was written: %j', (planned) => {
    expect(parseReplayLine(replayLine(planned))).toEqual(planned);
  });

  it.each([
    ['nonsense', 'expected SCENARIO'],
    ['create#x:crash-after@1', 'expected EFFECT:FAULT, not "x:crash-after"'],
    ['create#1:flood@1', 'faults: crash-before'],
  ])('that is none is told so: %s', (line, problem) => {
    expect(parseReplayLine(line)).toContain(problem);
  });

  it('is quoted for a shell', () => {
    expect([quoted('a b'), quoted("a's")]).toEqual(["'a b'", '"a\'s"']);
  });
});
