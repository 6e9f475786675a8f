import { describe, expect, it } from '@jest/globals';

import { clusterProcesses, StartCommand } from '../src/start-command.ts';
import type { StartResult } from '../src/start-command.ts';

const run = async (provisioner: string): Promise<StartResult> =>
  new StartCommand(['--once', '--time-scale', '0.1', '--provisioner', provisioner]).ended;

describe('npm start --once --provisioner', () => {
  it("has the model answer on a node of karpenter's kwok provider", async () => {
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

  it('leaves nothing behind', async () => {
    expect(await clusterProcesses()).toEqual([]);
  });
});

/** What is said of the first object of this kind under "Who made the node". */
function writers(stdout: string, kind: string): string {
  return new RegExp(String.raw`^ {2}${kind} +\S+\n(?: {13}.*\n)+`, 'mu').exec(stdout)?.[0] ?? '';
}
