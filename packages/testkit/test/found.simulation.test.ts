import { describe, expect, it } from '@jest/globals';

import { perform } from '../src/exploration/perform.ts';
import { replayLine } from '../src/exploration/planned-run.ts';
import type { PlannedRun } from '../src/exploration/planned-run.ts';
import { Story } from '../src/exploration/story.ts';
import type { FaultKind } from '../src/simulation/fault.ts';

interface Found {
  readonly scenario: string;
  readonly fault: FaultKind;
  /** At each of these effects. */
  readonly at: RegExp;
}

/** Bugs that exploring has found in our own code, where they were found. */
const FOUND: Readonly<Record<string, Found>> = {
  'a repeated attempt is counted once': {
    scenario: 'create',
    fault: 'crash-after',
    at: /^patch machines/u,
  },
  'a claim is not let go because of one old listing': {
    scenario: 'create and delete',
    fault: 'stale-all',
    at: /^list agentpools/u,
  },
  'a leader that stood still deletes no later pool of the name': {
    scenario: 'a node is lost',
    fault: 'two-leaders',
    at: /^delete agentpools/u,
  },
  'a leader that stood still says nothing of a Workspace that was true once': {
    scenario: 'a node is lost',
    fault: 'two-leaders',
    at: /^apply status workspaces/u,
  },
  'a leader that stood still says nothing of a Machine that was true once': {
    scenario: 'a person deletes the Machine',
    fault: 'two-leaders',
    at: /^patch status machines/u,
  },
  'a claim that was on its way when its Workspace went is deleted': {
    scenario: 'delete while the pool is being created',
    fault: 'two-leaders',
    at: /^create machines/u,
  },
  'a leader that stood still learns from the clock that it leads no more': {
    scenario: 'the quota is used up, and raised',
    fault: 'two-leaders',
    at: /^list agentpools/u,
  },
  'the Node of the other claim of a name, which caches still showed, was taken': {
    scenario: 'a Machine and a NodeClaim have one name',
    fault: 'event-lost',
    at: /^get agentpools/u,
  },
};

async function toldStory(): Promise<readonly string[]> {
  const lines: string[] = [];
  const story = new Story((line) => lines.push(line));
  await perform({ kind: 'history', seed: 7_000_049 }, story);
  return lines;
}

describe('what exploring has found', () => {
  it.each(Object.entries(FOUND))('%s', async (_name, { at, fault, scenario }) => {
    const { effects } = await perform({ kind: 'scenario', scenario, seed: 1, faults: [] });
    const struck = effects.filter(({ target, verb }) => at.test(`${verb} ${target}`));
    expect(struck).not.toEqual([]);
    for (const { index } of struck) {
      const planned: PlannedRun = { kind: 'scenario', scenario, seed: 1, faults: [{ effect: index, kind: fault }] };
      const { violation } = await perform(planned);
      expect({ schedule: replayLine(planned), violation }).toEqual({
        schedule: replayLine(planned),
        violation: undefined,
      });
    }
  });

  it('is the same story each time', async () => {
    const [first, second] = [await toldStory(), await toldStory()];
    expect(first.length).toBeGreaterThan(50);
    expect(second).toEqual(first);
  });

  it('a Node of an earlier claim does not hold up the next one', async () => {
    const scenario = 'a person tears the finalizers off the claim';
    const { elapsedMs, violation } = await perform({ kind: 'scenario', scenario, seed: 1, faults: [] });
    expect(violation).toBeUndefined();
    expect(elapsedMs).toBeLessThan(45_000); // of the simulated world: the launch deadline alone is as long
  });
});
