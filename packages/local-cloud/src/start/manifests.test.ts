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
      expect.objectContaining({ namespace: 'default', name: 'a' }),
      expect.objectContaining({ namespace: 'team', name: 'b' }),
    ]);
  });

  it('reads what nodes they want, and takes what is wrong there for nothing said', async () => {
    const file = await written(
      'kind: Workspace\nmetadata: {name: a}\nresource: {count: 2, labelSelector: {matchLabels: {apps: phi}}}\n---\nkind: Workspace\nmetadata: {name: b}\nresource: {count: many, preferredNodes: 7}\n',
    );
    expect((await workspacesIn([file])).map(({ resource }) => resource)).toMatchObject([
      { count: 2, labelSelector: { matchLabels: { apps: 'phi' } }, preferredNodes: [] },
      { count: 1, labelSelector: { matchLabels: {} }, preferredNodes: [] },
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
