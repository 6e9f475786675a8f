import { describe, expect, it } from '@jest/globals';

import { failedChecks, syncedChecks } from './health.ts';

describe('failedChecks', () => {
  it('lists the parts that are not in order', () => {
    expect(failedChecks({ nodes: () => 'not synced', pods: () => undefined })).toEqual([
      { name: 'nodes', reason: 'not synced' },
    ]);
  });
});

describe('syncedChecks', () => {
  it('names the informers that have had no complete list', () => {
    const informers = { nodes: { cache: { hasSynced: true } }, pods: { cache: { hasSynced: false } } };
    expect(failedChecks(syncedChecks(informers))).toEqual([
      { name: 'pods', reason: 'waiting for the first complete list from the API server' },
    ]);
  });
});
