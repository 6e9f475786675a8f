import process from 'node:process';

import { HELP, readOptions } from './options.ts';
import type { ExploreOptions } from './options.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const tell = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const options = readOptions(process.argv.slice(2));
process.exitCode = 'length' in options ? refuse(options) : await main(options);

function refuse(problems: readonly string[]): number {
  tell(`explore: ${problems.join('\nexplore: ')}\ntry --help`);
  return 2;
}

/** What is not needed is not loaded: a mutation must come before the code that it changes. */
async function main(asked: ExploreOptions): Promise<number> {
  try {
    if (asked.help) {
      say(HELP);
      return 0;
    }
    if (asked.replay !== undefined) {
      const { replay } = await import('./replay.ts');
      return (await replay(asked.replay, asked.mutation, say)) ? 0 : 1;
    }
    if (asked.list) {
      const { SCENARIOS } = await import('./scenarios/index.ts');
      SCENARIOS.forEach(({ name }) => {
        say(name);
      });
      return 0;
    }
    if (asked.mutations) {
      const { huntMutations } = await import('./hunt.ts');
      return (await huntMutations(asked, say)) === 0 ? 0 : 1;
    }
    const { explore } = await import('./explore.ts');
    return (await explore(asked, say, tell)).length === 0 ? 0 : 1;
  } catch (error) {
    if (error instanceof RangeError) {
      return refuse([error.message]);
    }
    throw error;
  }
}
