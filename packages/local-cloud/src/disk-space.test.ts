import { tmpdir } from 'node:os';

import { describe, expect, it } from '@jest/globals';

import { requireDiskSpace } from './disk-space.ts';

const MORE_THAN_THERE_IS_GIB = 1e9;

describe('requireDiskSpace', () => {
  it('lets what fits begin', async () => {
    await expect(requireDiskSpace(tmpdir(), 0, 'nothing')).resolves.toBeUndefined();
  });

  it('says what is needed, where, and how much there is', async () => {
    await expect(requireDiskSpace(tmpdir(), MORE_THAN_THERE_IS_GIB, 'the local cluster')).rejects.toThrow(
      /^the local cluster needs 1000000000 GiB of disk space below .*, and [0-9.]+ GiB are free$/u,
    );
  });
});
