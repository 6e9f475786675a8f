import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

import { customKinds, customResourceDefinition } from '@kaito/types';
import { stringify } from 'yaml';

/** The chart that installs the CRDs of a group; `.Files` of a chart cannot reach outside of it. */
const CHARTS: Readonly<Record<string, string>> = { 'kaito.sh': 'workspace', 'karpenter.sh': 'gpu-provisioner' };

/** Writes the CRD of every kind we own into `crds/` and its chart; with `--check` it only says which files differ. */
const root = path.join(import.meta.dirname, '..');
for (const kind of customKinds) {
  const chart = CHARTS[kind.group];
  const folders = ['crds', ...(chart === undefined ? [] : [`charts/${chart}/crd-files`])];
  const content = stringify(customResourceDefinition(kind), { lineWidth: 0 });
  for (const folder of folders) {
    await generate(path.join(root, folder, `${kind.group}_${kind.plural}.yaml`), content);
  }
}

async function generate(file: string, content: string): Promise<void> {
  if (!process.argv.includes('--check')) {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  } else if ((await readFile(file, 'utf8').catch(() => '')) !== content) {
    process.stderr.write(`${path.relative(process.cwd(), file)} differs from its schema: run npm run generate\n`);
    process.exitCode = 1;
  }
}
