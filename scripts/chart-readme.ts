import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { format, resolveConfig } from 'prettier';

import { chartValues } from './chart-values.ts';
import type { ChartValue } from './chart-values.ts';
import type { GeneratedFile } from './crd-files.ts';

const BEGIN = '<!-- The table is made from values.yaml by npm run generate. -->';
const END = '<!-- End of the table. -->';

/** The README of a chart with the table of its values brought up to date. */
export async function chartReadme(root: string, chart: string): Promise<GeneratedFile> {
  const name = `charts/${chart}/README.md`;
  const file = path.join(root, name);
  const readme = await readFile(file, 'utf8');
  const [before = '', rest] = readme.split(BEGIN);
  const [, after] = rest?.split(END) ?? [];
  if (after === undefined) {
    throw new Error(`${name} lacks the lines "${BEGIN}" and "${END}"`);
  }
  const values = chartValues(await readFile(path.join(root, `charts/${chart}/values.yaml`), 'utf8'));
  const content = [before, BEGIN, '\n\n', tableOf(values), '\n\n', END, after].join('');
  return { name, content: await format(content, { ...(await resolveConfig(file)), filepath: file }) };
}

function tableOf(values: readonly ChartValue[]): string {
  const rows = values.map((value) => [
    `\`${value.path.join('.')}\``,
    `\`${JSON.stringify(value.default)}\``,
    value.description,
  ]);
  return [['Value', 'Default', 'Meaning'], ['-', '-', '-'], ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
