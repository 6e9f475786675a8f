import { describe, expect, test } from '@jest/globals';

import { readConfig } from './config.ts';
import { KNOWN_IMAGES, parseImageTable } from './image-table.ts';

const NEEDED = ['--kubeconfig=/k', '--simulator=https://127.0.0.1:4400', '--pod-cidr=127.64.0.0/20'];

describe('readConfig', () => {
  test('needs the cluster, the simulator and a range', () => {
    expect(readConfig(NEEDED, {}, '/repository')).toMatchObject({
      kubeconfig: '/k',
      directory: '/repository/.local/nodes',
      scale: 0.1,
      'kubelet-port': 0,
      gpus: 'delay',
      mounts: 'auto',
    });
  });

  test('takes the kubeconfig from the environment, and a flag before it', () => {
    const environment = { KUBECONFIG: '/env' };
    expect(readConfig(NEEDED.slice(1), environment, '/repository')?.kubeconfig).toBe('/env');
    expect(readConfig(NEEDED, environment, '/repository')?.kubeconfig).toBe('/k');
  });

  test('names everything that is wrong at once', () => {
    expect(() =>
      readConfig(['--pod-cidr=10.0.0.1/20', '--scale=0', '--env=x', '--kubelet-cert-file=c', '--gpus=many'], {}, '/r'),
    ).toThrow(/kubeconfig[\s\S]*simulator[\s\S]*pod-cidr[\s\S]*env[\s\S]*scale[\s\S]*gpus/u);
    expect(() => readConfig(['--what'], {}, '/r')).toThrow("Unknown option '--what'");
  });

  test('gives way to help', () => {
    expect(readConfig(['--help'], {}, '/r')).toBeUndefined();
  });
});

describe('parseImageTable', () => {
  test('reads entries', () => {
    expect(parseImageTable('[{"image": "a:*", "entrypoint": ["b"]}]')).toEqual([{ image: 'a:*', entrypoint: ['b'] }]);
  });

  test('refuses unknown fields', () => {
    expect(() => parseImageTable('[{"image": "a", "comand": []}]')).toThrow('comand');
  });

  test('knows the inference server without a table', () => {
    expect(KNOWN_IMAGES.map(({ image }) => image)).toContain('kaito.local/inference-server:*');
  });
});
