import { scenarioOf, shrunk } from './history.ts';
import type { History } from './history.ts';
import { run } from './run.ts';

/** The smallest life that still breaks something, found from the one of this seed, as a sentence. */
export async function smallestHistory(seed: number): Promise<string> {
  const smallest = await shrunk(seed, async (history) => breaks(history, seed));
  return smallest === undefined ? 'none smaller' : textOf(smallest);
}

async function breaks(history: History, seed: number): Promise<boolean> {
  const { violation } = await run(scenarioOf(history), { seed, faults: history.faults });
  return violation !== undefined;
}

function textOf({ acts, cloud, faults }: History): string {
  const did = acts.map(({ act, afterMs, name }) => `${afterMs} ms later somebody ${act} ${name}`);
  const befell = faults.map(({ effect, kind }) => `${kind} at ${effect}`);
  return [...did, ...befell, `in a cloud with ${JSON.stringify(cloud)}`].join('; ');
}
