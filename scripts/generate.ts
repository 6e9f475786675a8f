import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

import { chartProblems } from './chart-problems.ts';
import { chartReadme } from './chart-readme.ts';
import { crdFiles } from './crd-files.ts';

/**
 * Writes every file that follows from another one: CRDs in `crds/` and in the charts, the tables of values in the
 * charts' READMEs. With `--check` it only says which files differ.
 */
const CHARTS = ['workspace', 'gpu-provisioner'] as const;
const root = path.join(import.meta.dirname, '..');

const files = [...crdFiles(), ...(await Promise.all(CHARTS.map(async (chart) => chartReadme(root, chart))))];
for (const { name, content } of files) {
  await generate(name, content);
}
for (const chart of CHARTS) {
  (await chartProblems(root, chart)).forEach(report);
}

async function generate(name: string, content: string): Promise<void> {
  const file = path.join(root, name);
  if (!process.argv.includes('--check')) {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  } else if ((await readFile(file, 'utf8').catch(() => '')) !== content) {
    report(`${name} differs from what it is made of: run npm run generate`);
  }
}

function report(problem: string): void {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
