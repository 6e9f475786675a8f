import { describe, expect, it } from '@jest/globals';

import { readableLog } from './readable-log.ts';

describe('readableLog', () => {
  it('keeps of a line what a person looks for', () => {
    const line = JSON.stringify({
      level: 'error',
      time: '2026-01-01T00:00:00Z',
      reconcileId: 'x',
      err: { message: 'services is forbidden', stack: 'long' },
      msg: 'Reconciling failed',
    });
    expect(readableLog(`[pod/a/b] ${line}\n`)).toBe(
      '[pod/a/b] 2026-01-01T00:00:00Z error Reconciling failed: services is forbidden\n',
    );
  });

  it('leaves what is no such line as it is', () => {
    const text = 'gpu-provisioner: AZURE_CLUSTER_NAME is needed\n{ not JSON\n{"other":1}';
    expect(readableLog(text)).toBe(text);
  });
});
