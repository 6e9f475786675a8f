import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { chartProblems } from './chart-problems.ts';

const IGNORED = 'Of the Go original: accepted, changes nothing.';

const CHART = {
  'values.yaml': '# How many.\nreplicas: 1\n',
  'values.schema.json': JSON.stringify({ properties: { replicas: {}, webhook: { description: IGNORED }, global: {} } }),
  'Chart.yaml': 'version: 1.0.0\nappVersion: 1.0.0\n',
  'templates/_helpers.tpl': '{{- define "c.ignoredValues" -}}\nwebhook: there is none\n{{- end -}}\n',
};

describe('chartProblems', () => {
  let root = '';

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'kaito-chart-'));
    await mkdir(path.join(root, 'charts/c/templates'), { recursive: true });
    await writeFile(path.join(root, 'package.json'), '{"version":"1.0.0"}');
  });

  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  async function problemsOf(changed: Partial<typeof CHART>): Promise<readonly string[]> {
    for (const [name, content] of Object.entries({ ...CHART, ...changed })) {
      await writeFile(path.join(root, 'charts/c', name), content);
    }
    return chartProblems(root, 'c');
  }

  it('finds none where all files say the same', async () => {
    expect(await problemsOf({})).toEqual([]);
  });

  it('names values that the schema or values.yaml lacks, and values without comment', async () => {
    expect(await problemsOf({ 'values.yaml': 'workers: 1\n' })).toEqual([
      'charts/c: values.yaml: workers has no comment',
      'charts/c: the schema lacks workers',
      'charts/c: values.yaml lacks replicas',
    ]);
  });

  it('names ignored values that the notes do not explain, and the other way round', async () => {
    const helpers = '{{- define "c.ignoredValues" -}}\nflux2: there is none\n{{- end -}}\n';
    expect(await problemsOf({ 'templates/_helpers.tpl': helpers })).toEqual([
      'charts/c: the notes do not explain webhook',
      'charts/c: the schema does not ignore flux2',
    ]);
  });

  it('wants the version of the release', async () => {
    expect(await problemsOf({ 'Chart.yaml': 'version: 1.0.0\nappVersion: 1.0.1\n' })).toEqual([
      'charts/c: Chart.yaml: the version is not 1.0.0',
    ]);
  });
});
