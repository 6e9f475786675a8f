import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

import { customKinds, customResourceDefinition } from '@kaito/types';
import { stringify } from 'yaml';

/** Writes the CRD of every kind we own into `crds/`; with `--check` it only says which files differ. */
const folder = path.join(import.meta.dirname, '../crds');
await mkdir(folder, { recursive: true });
for (const kind of customKinds) {
  const file = path.join(folder, `${kind.group}_${kind.plural}.yaml`);
  const content = stringify(customResourceDefinition(kind), { lineWidth: 0 });
  if (!process.argv.includes('--check')) {
    await writeFile(file, content);
  } else if ((await readFile(file, 'utf8').catch(() => '')) !== content) {
    process.stderr.write(`${path.relative(process.cwd(), file)} differs from its schema: run npm run generate\n`);
    process.exitCode = 1;
  }
}
