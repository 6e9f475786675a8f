import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import type { SourceMutation } from './mutation.ts';

const REPOSITORY = path.join(import.meta.dirname, '../../../../..');

/** From here on this process loads the mutated text. */
export function mutateSources(mutation: SourceMutation): void {
  const source = mutatedSource(mutation);
  const url = pathToFileURL(path.join(REPOSITORY, mutation.file)).href;
  registerHooks({
    load: (loaded, context, nextLoad) => {
      const result = nextLoad(loaded, context);
      return loaded === url ? { ...result, source } : result;
    },
  });
}

/** The text of the file with the bug in it; throws when what it replaces is not there exactly once. */
export function mutatedSource({ edits, file, name }: SourceMutation): string {
  const text = readFileSync(path.join(REPOSITORY, file), 'utf8');
  return edits.reduce((before, { find, replace }) => {
    if (before.split(find).length !== 2) {
      throw new Error(`mutation "${name}": what it replaces does not stand exactly once in ${file}: ${find}`);
    }
    return before.replace(find, () => replace);
  }, text);
}

/** The line on which the mutated text begins. */
export function lineOf({ edits, file }: SourceMutation): number {
  const text = readFileSync(path.join(REPOSITORY, file), 'utf8');
  return text.slice(0, text.indexOf(edits[0]?.find ?? '')).split('\n').length;
}
