import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

import * as z from 'zod';

/** For `node --import`: the process loads the mutated text of one file, as the tests do that started it. */
const file = process.env['SOURCE_MUTANT'];
if (file !== undefined && file !== '') {
  const mutant = z.object({ file: z.string(), source: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8')));
  const url = pathToFileURL(mutant.file).href;
  registerHooks({
    load: (loaded, context, nextLoad) => {
      const result = nextLoad(loaded, context);
      return loaded === url ? { ...result, source: mutant.source } : result;
    },
  });
}
