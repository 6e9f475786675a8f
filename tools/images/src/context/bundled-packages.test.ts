import { describe, expect, it } from '@jest/globals';

import { bundledPackages, packagesOf } from './bundled-packages.ts';

describe('bundledPackages', () => {
  it('gives each package once, by its folder in the store', () => {
    const outputs = {
      'main.js': {
        bytes: 10,
        imports: [],
        exports: [],
        inputs: {
          'node_modules/.pnpm/pino@10.4.0/node_modules/pino/lib/tools.js': { bytesInOutput: 5 },
          'node_modules/.pnpm/pino@10.4.0/node_modules/pino/pino.js': { bytesInOutput: 5 },
          'node_modules/.pnpm/@pinojs+redact@0.4.0/node_modules/@pinojs/redact/index.js': { bytesInOutput: 3 },
          'packages/kube/src/index.ts': { bytesInOutput: 9 },
        },
      },
    };
    expect(bundledPackages({ outputs })).toStrictEqual([
      'node_modules/.pnpm/@pinojs+redact@0.4.0/node_modules/@pinojs/redact',
      'node_modules/.pnpm/pino@10.4.0/node_modules/pino',
    ]);
  });

  it('leaves out what was read and is not in the bundle', () => {
    const inputs = { 'node_modules/.pnpm/zod@4.6.7/node_modules/zod/v3/index.js': { bytesInOutput: 0 } };
    expect(bundledPackages({ outputs: { 'main.js': { bytes: 0, imports: [], exports: [], inputs } } })).toStrictEqual(
      [],
    );
  });
});

describe('packagesOf', () => {
  it('takes the innermost package of a path', () => {
    expect(packagesOf(['node_modules/a/node_modules/@b/c/dist/x.js'])).toStrictEqual([
      'node_modules/a/node_modules/@b/c',
    ]);
  });
});
