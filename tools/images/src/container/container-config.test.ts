import { describe, expect, it } from '@jest/globals';

import { containerConfig } from './container-config.ts';

describe('containerConfig', () => {
  const config = containerConfig({
    root: '/image',
    args: ['node', '/app/main.js'],
    environment: { LOG_LEVEL: 'debug' },
    workingDirectory: '/app',
    mounts: [{ source: '/host/model', target: '/workspace/model.gguf' }],
    writable: ['/tmp'],
    isRootless: false,
  });

  it('gives the program no more than the restricted Pod Security Standard allows', () => {
    expect(config).toMatchObject({
      process: {
        user: { uid: 1000, gid: 1000 },
        capabilities: { bounding: [], effective: [], inheritable: [], permitted: [], ambient: [] },
        noNewPrivileges: true,
      },
      root: { path: '/image', readonly: true },
    });
  });

  it('mounts what the host gives read-only', () => {
    const mounts: unknown = Object.entries(config).find(([key]) => key === 'mounts')?.[1];
    expect(mounts).toContainEqual({
      destination: '/workspace/model.gguf',
      type: 'bind',
      source: '/host/model',
      options: ['rbind', 'ro', 'nosuid', 'nodev'],
    });
  });
});
