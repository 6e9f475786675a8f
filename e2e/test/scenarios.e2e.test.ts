import { describe, expect, it } from '@jest/globals';

import { clusterProcesses, StartCommand } from '../src/start-command.ts';

/** What each story shows, besides its own judgement of its end. */
const SHOWN: readonly (readonly [name: string, ...shown: RegExp[]])[] = [
  ['quota', /^ {2}event +Machine .*Warning .*quota/mu, /^ {2}next +.*20\d\d-/mu],
  [
    'failed-operation',
    /^ {2}condition {2}Machine .*VMExtensionProvisioningError/mu,
    /DELETE +agentPools\/ws\w+ +202/mu,
  ],
  [
    'two-want-one-node',
    /^ {2}condition {2}Workspace second: .*node gpu-machine is held by default\/first/mu,
    /^ {2}POST \/chat of second/mu,
  ],
];

describe('npm start --once --scenario', () => {
  it.each(SHOWN)('%s ends as documented, and shows how', async (name, ...shown) => {
    const { code, stderr, stdout } = await new StartCommand(['--once', '--scenario', name, '--time-scale', '0.1'])
      .ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Scenario ${name}: `);
    expect(stdout).toMatch(/^ {2}\$ kubectl get workspace /mu);
    for (const line of shown) {
      expect(stdout).toMatch(line);
    }
    expect(stdout).not.toContain('✗');
    expect(await clusterProcesses()).toEqual([]);
  });
});
