import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { containerfileProblems } from './rules.ts';

const packages = path.join(import.meta.dirname, '../../../../packages');
const good = await readFile(path.join(packages, 'workspace-controller/Containerfile'), 'utf8');

describe('containerfileProblems', () => {
  it.each([
    'workspace-controller/Containerfile',
    'gpu-provisioner/Containerfile',
    'inference-server/Containerfile',
    'inference-server/Containerfile.cuda',
  ])('finds nothing in %s', async (file) => {
    expect(containerfileProblems(await readFile(path.join(packages, file), 'utf8'))).toStrictEqual([]);
  });

  it.each([
    ['USER 1000:1000', 'USER node', 'USER node: name a user and a group by number, and not root'],
    ['USER 1000:1000', 'USER 0:0', 'USER 0:0: name a user and a group by number, and not root'],
    ['USER 1000:1000\n', '', 'USER : name a user and a group by number, and not root'],
    [
      '["node", "/app/main.js"]',
      'node /app/main.js',
      'ENTRYPOINT node /app/main.js: write it as a JSON list, which needs no shell',
    ],
    ['COPY app /app', 'ADD https://example.com/app.tar /app', 'ADD https://example.com/app.tar /app: use COPY'],
    [
      'node:24-bookworm-slim',
      'node:latest',
      'docker.io/library/node:latest: name a tag other than latest, or a digest',
    ],
    ['node:24-bookworm-slim', 'node', 'docker.io/library/node: name a tag other than latest, or a digest'],
    ['FROM ${BASE}', 'FROM debian:12', 'FROM debian:12: name the base by an ARG that has a default'],
    ['org.opencontainers.image.revision=', 'revision=', 'the label org.opencontainers.image.revision is missing'],
    ['STOPSIGNAL SIGTERM\n', '', 'STOPSIGNAL is missing'],
    ['WORKDIR /app', 'WORKDIRS /app', 'WORKDIRS is no instruction'],
  ])('finds that %j has become %j', (before, after, problem) => {
    expect(good).toContain(before);
    expect(containerfileProblems(good.replace(before, after))).toContain(problem);
  });
});
