import { describe, expect, it } from '@jest/globals';

import type { CloudFailure } from '../pools/cloud.ts';
import { failureText } from './failure-text.ts';

const context = { vmSize: 'Standard_NC6s_v3', location: 'eastus' };

describe('failureText', () => {
  it.each<[CloudFailure['kind'], string]>([
    ['SkuUnavailable', 'Standard_NC6s_v3 cannot be had in eastus'],
    ['PoolLimitReached', 'as many agent pools as AKS allows (100)'],
    ['Denied', 'agentPools read, write and delete'],
    ['ClusterNotFound', 'Check the subscription, ARM_RESOURCE_GROUP and AZURE_CLUSTER_NAME'],
    ['Rejected', 'Change what it asks for'],
    ['Busy', 'another agent pool operation is in progress'],
    ['AlreadyExists', 'there is an agent pool of this name'],
    ['Transient', 'The request is sent again'],
  ])('%s: says what it means, then what Azure says', (kind, text) => {
    const failure: CloudFailure =
      kind === 'QuotaExceeded' ? { kind, code: 'C', message: 'M', quota: {} } : { kind, code: 'C', message: 'M' };
    expect(failureText(failure, context)).toContain(text);
    expect(failureText(failure, context)).toMatch(/Azure says C: M$/u);
  });

  it('gives the figures of a quota as far as they are known', () => {
    const failure = { kind: 'QuotaExceeded', code: 'C', message: 'M' } as const;
    const quota = { family: 'NC', needed: 6, limit: 12, used: 12, remaining: 0 };
    expect(failureText({ ...failure, quota }, context)).toMatch(
      /^vCPU quota NC \(6 needed, limit 12, 12 used, 0 left\) does/u,
    );
    expect(failureText({ ...failure, quota: {} }, context)).toMatch(/^vCPU quota does not allow/u);
  });

  it('cuts only what Azure says, on one line', () => {
    const text = failureText({ kind: 'Transient', code: 'C', message: `a\n  b${'x'.repeat(600)}` }, context);
    expect(text).toContain('Azure says C: a b');
    expect(text.endsWith('…')).toBe(true);
    expect(text.length).toBeLessThan(800);
  });
});
