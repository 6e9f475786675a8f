import process from 'node:process';

import { afterAll, describe, expect, it } from '@jest/globals';
import { goTool, LocalCloudError, localPaths } from '@kaito/local-cloud';

import { clusterProcesses, StartCommand } from '../src/start-command.ts';
import type { StartResult } from '../src/start-command.ts';

const missing = await whyWithoutKarpenter();

const run = async (provisioner: string): Promise<StartResult> =>
  new StartCommand(['--once', '--time-scale', '0.1', '--provisioner', provisioner]).ended;

afterAll(async () => {
  expect(await clusterProcesses()).toEqual([]);
});

describe('npm start --once --provisioner', () => {
  (missing === undefined ? it : it.skip)("has the model answer on a node of karpenter's kwok provider", async () => {
    const { code, stderr, stdout } = await run('kwok');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/[0-9]+ tokens at [0-9.]+ tokens\/s from .*\.gguf/u);
    expect(writers(stdout, 'NodeClaim')).toMatch(/kaito-workspace-controller wrote .*spec\.nodeClassRef/u);
    expect(writers(stdout, 'Node')).toMatch(/^ *karpenter wrote .*spec\.providerID/mu);
    expect(writers(stdout, 'Node')).toContain('providerID kwok://…');
    expect(stdout).not.toContain('gpu-provisioner');
  });

  it('has the model answer on a node that was there before', async () => {
    const { code, stderr, stdout } = await run('byo');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/✓ Node reserved .*gpu-machine-of-workspace-phi-3-mini-0/u);
    expect(stdout).toMatch(/[0-9]+ tokens at [0-9.]+ tokens\/s from .*\.gguf/u);
    expect(writers(stdout, 'Node')).toContain('npm-start wrote labels');
    expect(writers(stdout, 'Node')).toContain('no providerID');
    expect(stdout).not.toMatch(/^ {2}(?:Machine|NodeClaim) /mu);
  });
});

/** What is said of the first object of this kind under "Who made the node". */
function writers(stdout: string, kind: string): string {
  return new RegExp(String.raw`^ {2}${kind} +\S+\n(?: {13}.*\n)+`, 'mu').exec(stdout)?.[0] ?? '';
}

/** Why karpenter's kwok provider cannot be built here; undefined: it is there. */
async function whyWithoutKarpenter(): Promise<string | undefined> {
  const environment = process.env;
  const options = { cacheDirectory: localPaths(environment).cache, environment, onProgress: () => undefined };
  try {
    await goTool('karpenter-kwok', options, new AbortController().signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof LocalCloudError)) {
      throw error;
    }
    process.stderr.write(`skipped without karpenter's kwok provider: ${error.message}\n`);
    return error.message;
  }
}
