import { describe, expect, it } from '@jest/globals';

import { HELP, startOptions } from './options.ts';
import { MACHINE, PROVISIONERS } from './provisioners/provisioner.ts';
import { SCENARIOS } from './scenarios/scenarios.ts';

const read = (...args: readonly string[]) => startOptions(args, '/elsewhere', '/src/kaito');

describe('startOptions', () => {
  it('runs the example and stays up when nothing is asked for', () => {
    expect(read()).toEqual({
      isHelp: false,
      isOnce: false,
      prompt: 'What is Kubernetes?',
      manifests: ['/src/kaito/examples/inference/kaito_workspace_phi_3.yaml'],
      modelFile: undefined,
      apiServerPort: undefined,
      provisioner: MACHINE,
      scenario: undefined,
      timeScale: 1,
    });
  });

  it('takes files relative to where the user stands', () => {
    const { manifests, modelFile } = read('--model', 'tiny.gguf', 'a.yaml', '/b.yaml');
    expect({ manifests, modelFile }).toEqual({
      manifests: ['/elsewhere/a.yaml', '/b.yaml'],
      modelFile: '/elsewhere/tiny.gguf',
    });
  });

  it('takes a scenario by its name', () => {
    expect(read('--once', '--scenario', 'slow-delete').scenario?.name).toBe('slow-delete');
    for (const { name, about } of SCENARIOS) {
      expect(HELP).toContain(`${name.padEnd(18)}  ${about}`);
    }
  });

  it('takes a provisioner by its name', () => {
    expect(read('--provisioner', 'kwok').provisioner.name).toBe('kwok');
    for (const { name, about } of PROVISIONERS) {
      expect(HELP).toContain(`${name.padEnd(18)}  ${about}`);
    }
  });

  it('applies nothing with --empty', () => {
    expect(read('--empty').manifests).toEqual([]);
  });

  it.each([
    [['--empty', 'a.yaml'], '--empty applies nothing'],
    [['--api-port', '0'], '--api-port is "0": give a whole number from 1 to 65535'],
    [['--time-scale', 'fast'], '--time-scale is "fast": give a number from 0.001 to 100'],
    [['--once', '--scenario', 'rain'], '--scenario is "rain": there are quota, capacity, throttle, failed-operation'],
    [['--provisioner', 'rain'], '--provisioner is "rain": there are machine, nodeclaim, nodepool, byo, kwok'],
    [['--once', '--scenario', 'quota', '--provisioner', 'machine'], 'leave --provisioner out'],
    [['--scenario', 'quota'], '--scenario goes with --once'],
    [['--wonce'], "Unknown option '--wonce'"],
  ])('refuses %j in one sentence', (args, sentence) => {
    expect(() => read(...args)).toThrow(sentence);
  });
});
