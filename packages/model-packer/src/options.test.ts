import { describe, expect, test } from '@jest/globals';

import { readOptions } from './options.ts';

const LOCAL = '/repository/dist/images/oci';
const REMOTE = { registry: 'r.io', repository: 'team/model', version: 'v1', isPlainHttp: false };
const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('readOptions', () => {
  test('reads pack', () => {
    expect(readOptions(['pack', '--file', 'a.gguf', '--to', 'r.io/team/model:v1'], LOCAL)).toEqual({
      kind: 'options',
      options: { command: 'pack', file: 'a.gguf', to: { kind: 'registry', reference: REMOTE } },
    });
  });

  test('bakes upon the image of this release unless told otherwise', () => {
    expect(readOptions(['bake', '--file', 'a.gguf', '--image', 'kaito.local/phi-3:v1'], LOCAL)).toEqual({
      kind: 'options',
      options: {
        command: 'bake',
        file: 'a.gguf',
        image: { kind: 'layout', folder: LOCAL, tag: 'kaito.local/phi-3:v1' },
        base: { kind: 'layout', folder: LOCAL, tag: 'kaito.local/inference-server:0.1.0' },
        platform: { os: 'linux', architecture: 'amd64' },
      },
    });
  });

  test('reads folders, registries and platforms', () => {
    const args = ['bake', '--file=a', '--image=/out:q4', `--base=r.io/b@${DIGEST}`, '--platform=linux/arm64'];
    expect(readOptions(args, LOCAL)).toMatchObject({
      options: {
        image: { kind: 'layout', folder: '/out', tag: 'q4' },
        base: { kind: 'registry', reference: { registry: 'r.io', repository: 'b', version: DIGEST } },
        platform: { os: 'linux', architecture: 'arm64' },
      },
    });
  });

  test.each([
    [['pack'], ['--file: required: the GGUF file', expect.stringContaining('--to: required')]],
    [['pack', '--file', 'a', '--to', 'Nowhere'], [expect.stringContaining("--to: 'Nowhere' does not name a registry")]],
    [['pack', '--file', 'a', '--to', `r.io/b@${DIGEST}`], ['--to: needs a tag: NAME:TAG']],
    [['bake', '--file', 'a', '--image', './out'], ['--image: needs a tag: NAME:TAG']],
    [['bake', '--file', 'a', '--image', '/o:1', '--platform', 'x'], [expect.stringContaining('--platform: expected')]],
    [['pack', '--base', 'x'], [expect.stringContaining('--base')]],
    [['unpack'], ['there is no command unpack: pack or bake']],
  ])('says what is wrong with %j', (args, problems) => {
    expect(readOptions(args, LOCAL)).toEqual({ kind: 'invalid', problems });
  });

  test.each([[[]], [['--help']], [['bake', '-h']]])('shows the help for %j', (args) => {
    expect(readOptions(args, LOCAL)).toEqual({ kind: 'help' });
  });
});
