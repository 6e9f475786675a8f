import { describe, expect, it } from '@jest/globals';

import { failedChecks } from './health.ts';

describe('failedChecks', () => {
  it('lists the parts that are not in order', () => {
    expect(failedChecks({ nodes: () => 'not synced', pods: () => undefined })).toEqual([
      { name: 'nodes', reason: 'not synced' },
    ]);
  });
});
