import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { goTool } from './go-tool.ts';

const { signal } = new AbortController();

let directory = '';
let cacheDirectory = '';

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'kaito-go-tool-'));
  cacheDirectory = path.join(directory, 'cache');
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

describe('goTool', () => {
  it('builds the pinned version once and gives its path', async () => {
    const options = { cacheDirectory, environment: await compiler(BUILDS), onProgress: () => undefined };
    const file = await goTool('helm', options, signal);
    expect(await readFile(file, 'utf8')).toBe('a program\n');
    expect(path.relative(cacheDirectory, file)).toBe('go-tools/helm-v3.22.0/helm');
    await goTool('helm', options, signal);
    expect(await calls()).toEqual([expect.stringMatching(/^install .* helm\.sh\/helm\/v3\/cmd\/helm@v3\.22\.0$/u)]);
  });

  it('builds once for two who ask at the same time', async () => {
    const options = { cacheDirectory, environment: await compiler(BUILDS), onProgress: () => undefined };
    const [first, second] = await Promise.all([goTool('crane', options, signal), goTool('crane', options, signal)]);
    expect(first).toBe(second);
    expect(await calls()).toHaveLength(1);
  });

  it('is not kept out by the lock of a process that died', async () => {
    const options = { cacheDirectory, environment: await compiler(BUILDS), onProgress: () => undefined };
    await mkdir(path.join(cacheDirectory, 'go-tools'), { recursive: true });
    await writeFile(path.join(cacheDirectory, 'go-tools/registry-v3.1.2.lock'), '1 0');
    await expect(goTool('registry', options, signal)).resolves.toContain('registry-v3.1.2');
  });

  it('tells how far the compiler is', async () => {
    const shares: number[] = [];
    const onProgress = (share: number): void => {
      shares.push(share);
    };
    await goTool('crane', { cacheDirectory, environment: await compiler(BUILDS), onProgress }, signal);
    expect(shares).toEqual([1 / 268, 2 / 268]);
  });

  it('brings the files of its module that a program is of no use without', async () => {
    const module = path.join(directory, 'module');
    for (const folder of ['pkg/apis/crds', 'kwok/apis/crds']) {
      await mkdir(path.join(module, folder), { recursive: true });
      await writeFile(path.join(module, folder, 'kind.yaml'), folder, { mode: 0o444 });
    }
    const script = `if [ "$1" = mod ]; then echo '{"Dir": "${module}"}'; exit; fi\n${BUILDS}`;
    const options = { cacheDirectory, environment: await compiler(script), onProgress: () => undefined };
    const file = await goTool('karpenter-kwok', options, signal);
    expect(path.relative(cacheDirectory, file)).toBe('go-tools/karpenter-kwok-v1.14.1/karpenter-kwok');
    expect(await readFile(file, 'utf8')).toBe('a program\n');
    expect(await readFile(path.join(file, '../kwok/apis/crds/kind.yaml'), 'utf8')).toBe('kwok/apis/crds');
    expect(await calls()).toEqual([
      expect.stringContaining('sigs.k8s.io/karpenter/kwok@v1.14.1'),
      'mod download -json sigs.k8s.io/karpenter@v1.14.1',
    ]);
  });

  it('says why it cannot be built, and leaves nothing behind', async () => {
    const environment = await compiler('echo "no route to the module proxy" >&2; exit 1');
    await expect(goTool('helm', { cacheDirectory, environment, onProgress: () => undefined }, signal)).rejects.toThrow(
      'building helm failed: no route to the module proxy',
    );
    expect(await readdir(path.join(cacheDirectory, 'go-tools'))).toEqual([]);
  });

  it('says what to install where Go is missing', async () => {
    const environment = { PATH: directory };
    await expect(goTool('helm', { cacheDirectory, environment, onProgress: () => undefined }, signal)).rejects.toThrow(
      'Go is not installed: helm is built with Go 1.26 or later, see https://go.dev/dl',
    );
  });
});

const BUILDS = [
  'echo package-one >&2',
  'echo package-two >&2',
  'for last; do :; done', // MODULE/cmd/NAME@VERSION
  'name="${last##*/}"',
  'echo "a program" > "$GOBIN/${name%%@*}"',
].join('\n');

/** An environment in which the `go` command is this script, which keeps its arguments. */
async function compiler(script: string): Promise<Readonly<Record<string, string>>> {
  const bin = path.join(directory, 'bin');
  await mkdir(bin);
  await writeFile(path.join(bin, 'go'), `#!/bin/sh\necho "$*" >> "${path.join(directory, 'calls')}"\n${script}\n`);
  await chmod(path.join(bin, 'go'), 0o755);
  return { PATH: `${bin}:/usr/bin:/bin` };
}

async function calls(): Promise<readonly string[]> {
  return (await readFile(path.join(directory, 'calls'), 'utf8')).trimEnd().split('\n');
}
