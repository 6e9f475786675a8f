import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { workspacesIn } from './manifests.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kaito-manifests-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const written = async (text: string): Promise<string> => {
  const file = path.join(folder, 'manifest.yaml');
  await writeFile(file, text);
  return file;
};

describe('workspacesIn', () => {
  it('finds the Workspaces among other objects', async () => {
    const file = await written(
      'kind: ConfigMap\nmetadata: {name: c}\n---\nkind: Workspace\nmetadata: {name: a}\n---\nkind: Workspace\nmetadata: {name: b, namespace: team}\n',
    );
    expect(await workspacesIn([file])).toEqual([
      { namespace: 'default', name: 'a' },
      { namespace: 'team', name: 'b' },
    ]);
  });

  it.each([
    ['kind: [', 'is not YAML'],
    ['just text', 'is not a Kubernetes object'],
    ['kind: Workspace\nmetadata: {}\n', 'metadata.name is missing or wrong'],
  ])('refuses %j in one sentence', async (text, sentence) => {
    await expect(workspacesIn([await written(text)])).rejects.toThrow(sentence);
  });

  it('names a file that is not there', async () => {
    await expect(workspacesIn(['/nowhere.yaml'])).rejects.toThrow('/nowhere.yaml cannot be read');
  });
});
