import { describe, expect, it } from '@jest/globals';

import { IMAGES } from '../image.ts';
import { bomOf } from './bom.ts';
import type { BomInput } from './bom.ts';
import { Bom } from './cyclonedx.ts';

const [image] = IMAGES.filter(({ name }) => name === 'workspace-controller');
if (image === undefined) {
  throw new Error('no such image');
}

const input: BomInput = {
  image,
  provenance: { version: '0.1.0', createdEpochSeconds: 1_700_000_000, revision: 'abc', source: '' },
  digest: `sha256:${'0'.repeat(64)}`,
  registry: 'kaito.local',
  npmPackages: [
    { name: 'pino', version: '10.4.0', license: 'MIT' },
    { name: '@azure/identity', version: '4.14.1', license: 'MIT' },
    { name: 'pino', version: '10.4.0', license: 'MIT' },
  ],
  debianPackages: [
    { name: 'libc6', version: '2.36-9+deb12u14', architecture: 'amd64', source: 'glibc', licenses: ['LGPL-2.1'] },
  ],
  distribution: 'debian-12',
  nodeVersions: { node: '24.21.0', openssl: '3.5.4', modules: '137' },
};

describe('bomOf', () => {
  it('lists every package once, by a purl', () => {
    expect(bomOf(input).components.map(({ purl }) => purl)).toStrictEqual([
      'pkg:deb/debian/libc6@2.36-9%2Bdeb12u14?arch=amd64&distro=debian-12',
      'pkg:generic/node@24.21.0',
      'pkg:generic/openssl@3.5.4',
      'pkg:npm/%40azure/identity@4.14.1',
      'pkg:npm/pino@10.4.0',
    ]);
  });

  it('names licences as far as they are known', () => {
    const { components } = bomOf({ ...input, npmPackages: [{ name: 'plain', version: '1.0.0' }] });
    const licenses = Object.fromEntries(components.map(({ name, licenses: known }) => [name, known]));
    expect(licenses).toStrictEqual({
      libc6: [{ license: { name: 'LGPL-2.1' } }],
      node: [{ expression: 'MIT' }],
      openssl: undefined,
      plain: undefined,
    });
  });

  it('says which llama.cpp is in the image', () => {
    const names = bomOf({ ...input, llamaRelease: 'b1234' }).components.map(({ purl }) => purl);
    expect(names).toContain('pkg:github/ggml-org/llama.cpp@b1234');
  });

  it('is the same for the same image, and another for another', () => {
    const other = bomOf({ ...input, digest: `sha256:${'1'.repeat(64)}` });
    expect(bomOf(input)).toStrictEqual(bomOf(input));
    expect(other.serialNumber).not.toBe(bomOf(input).serialNumber);
  });
});

describe('Bom', () => {
  const bom = bomOf(input);

  it.each([
    ['an unknown field', { ...bom, comment: 'x' }],
    ['a component without version', { ...bom, components: [{ type: 'library', 'bom-ref': 'a', name: 'a' }] }],
    ['two components under one reference', { ...bom, components: [...bom.components, ...bom.components] }],
    ['a dependency on nothing', { ...bom, dependencies: [{ ref: 'pkg:npm/none@1', dependsOn: [] }] }],
    ['another version of the standard', { ...bom, specVersion: '1.5' }],
  ])('refuses %s', (_, document) => {
    expect(Bom.safeParse(document).success).toBe(false);
  });
});
