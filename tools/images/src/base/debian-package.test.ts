import { describe, expect, it } from '@jest/globals';

import { debianPackages, licensesOf } from './debian-package.ts';

describe('debianPackages', () => {
  it('reads the record of one package', () => {
    const record = `Package: libc6
Source: glibc (2.36)
Version: 2.36-9+deb12u14
Architecture: amd64
Depends: libgcc-s1
Description: GNU C Library: Shared libraries
 Contains the standard libraries.
`;
    expect(debianPackages(record)).toStrictEqual([
      { name: 'libc6', version: '2.36-9+deb12u14', architecture: 'amd64', source: 'glibc', licenses: [] },
    ]);
  });

  it('leaves out what is no longer installed', () => {
    const status = `Package: dash
Status: deinstall ok config-files
Version: 0.5.12-2
Architecture: amd64

Package: netbase
Status: install ok installed
Version: 6.4
Architecture: all
`;
    expect(debianPackages(status).map(({ name }) => name)).toStrictEqual(['netbase']);
  });
});

describe('licensesOf', () => {
  it('reads the fields of a copyright file that has them', () => {
    const copyright = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
License: GPL-2+

Files: mozilla/*
License: MPL-2.0
 See /usr/share/common-licenses/MPL-2.0
`;
    expect(licensesOf(copyright)).toStrictEqual(['GPL-2+', 'MPL-2.0']);
  });

  it('else takes the texts that it points at', () => {
    const copyright = "can be found in `/usr/share/common-licenses/LGPL-2.1'.\nSee /usr/share/common-licenses/GPL-3.";
    expect(licensesOf(copyright)).toStrictEqual(['GPL-3', 'LGPL-2.1']);
  });
});
