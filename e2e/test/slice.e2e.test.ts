import { describe, expect, it } from '@jest/globals';

import { clusterProcesses, StartCommand } from '../src/start-command.ts';
import type { StartResult } from '../src/start-command.ts';

const FAST = ['--time-scale', '0.1'];

const run = async (...args: readonly string[]): Promise<StartResult> => new StartCommand([...FAST, ...args]).ended;

describe('npm start --once', () => {
  it('takes the phi-3 example to an answer; another prompt gives another answer', async () => {
    const river = await run('--once', '--prompt', 'What is a river?');
    const moon = await run('--once', '--prompt', 'The moon is');
    for (const { code, stderr, stdout } of [river, moon]) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^NAME +INSTANCE +RESOURCEREADY +INFERENCEREADY +WORKSPACEREADY +AGE$/mu);
      expect(stdout).toMatch(/^workspace-phi-3-mini +Standard_NC6s_v3 +True +True +True +[0-9]+s$/mu);
      expect(stdout).toMatch(/[0-9]+ tokens at [0-9.]+ tokens\/s from .*\.gguf/u);
      expect(stdout).toMatch(/sha256:?\s?[0-9a-f]{64}/u);
    }
    expect(answerIn(river)).not.toBe('');
    expect(answerIn(river)).not.toEqual(answerIn(moon));
  });

  it.each([
    ['examples/inference/kaito_workspace_phi_3_with_adapters.yaml', 'workspace-phi-3-mini-adapter'],
    ['examples/fine-tuning/kaito_workspace_tuning_phi_3.yaml', 'workspace-tuning-phi-3'],
  ])('says what is wrong with the placeholder in %s, and buys no node', async (file, name) => {
    const { code, stdout, stderr } = await run('--once', file);
    expect(code).toBe(1);
    expect(stderr).toContain(`Workspace ${name} cannot become ready`);
    expect(stderr).toContain('ACR_REPO_HERE.azurecr.io');
    expect(stdout).not.toContain('GPU node asked for');
  });
});

describe('npm start', () => {
  it('leaves no process behind when it is interrupted on the way', async () => {
    const command = new StartCommand(FAST);
    await command.printed('GPU node asked for');
    command.interrupt();
    expect((await command.ended).code).toBe(130);
    expect(await clusterProcesses()).toEqual([]);
  });

  it('stays up after the answer until it is interrupted', async () => {
    const command = new StartCommand([...FAST, '--empty']);
    await command.printed('running until Ctrl-C');
    command.interrupt();
    expect((await command.ended).code).toBe(0);
    expect(await clusterProcesses()).toEqual([]);
  });
});

function answerIn({ stdout }: StartResult): string {
  return /^POST .*\n.*\n\n([^]*?)\n\n[0-9]+ tokens at/mu.exec(stdout)?.[1] ?? '';
}
