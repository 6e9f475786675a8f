import { describe, expect, it } from '@jest/globals';

import { archiveNames } from './debian-archives.ts';

describe('archiveNames', () => {
  it('gives the names under which apt keeps the files, sorted', () => {
    const uris = `'http://debian.example.com/debian/pool/main/n/netbase/netbase_6.4_all.deb' netbase_6.4_all.deb 12800 SHA256:29b2
'http://debian.example.com/debian/pool/main/g/glibc/libc6_2.36-9%2bdeb12u14_amd64.deb' libc6_2.36-9+deb12u14_amd64.deb 2759320 SHA256:ba4f
`;
    expect(archiveNames(uris)).toStrictEqual(['libc6_2.36-9+deb12u14_amd64.deb', 'netbase_6.4_all.deb']);
  });
});
