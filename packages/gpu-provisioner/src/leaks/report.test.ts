import { describe, expect, it } from '@jest/globals';

import type { Leak } from '../core/collection/leaks.ts';
import { reportJson, reportText } from './report.ts';
import type { LeakReport } from './report.ts';

const at = new Date('2026-01-03T04:30:00Z');
const dear: Leak = {
  kind: 'NoClaim',
  pool: 'ws1',
  vmSize: 'Standard_NC24ads_A100_v4',
  phase: 'Ready',
  isStopped: false,
  owner: 'claim ws1',
  since: new Date('2026-01-01T00:00:00Z'),
  costPerHour: 3.67,
  cost: 192.675,
};
const unknown: Leak = { kind: 'LegacyNoClaim', pool: 'ws23', vmSize: 'Standard_X', phase: 'Failed', isStopped: true };

describe('the report of leaks', () => {
  it('has a line for each, the sum, and what can be done', () => {
    expect(reportText(report(dear, unknown)).split('\n')).toEqual([
      'POOL  SIZE                      STATE    AGE   COST/H  SO FAR  OWNER      WHY',
      'ws1   Standard_NC24ads_A100_v4  Ready    2d4h  3.67    192.68  claim ws1  its claim is gone',
      'ws23  Standard_X                Stopped  ?     ?       ?       ?          made by the Go gpu-provisioner, and its claim is gone',
      '',
      '2 leaks: at least 3.67 an hour, at least 192.68 so far; no price for Standard_X',
      expect.stringMatching(/^- its claim is gone: a provisioner that runs deletes it/u),
      expect.stringMatching(/^- made by the Go gpu-provisioner.*--collect-legacy/u),
      '',
    ]);
  });

  it('says so when there are none', () => {
    expect(reportText(report())).toBe('no leaks: 5 agent pools and 4 claims were looked through\n');
  });

  it('is one object for programs', () => {
    expect(JSON.parse(reportJson(report(dear)))).toMatchObject({
      cluster: 'prod',
      at: '2026-01-03T04:30:00.000Z',
      leaks: [{ pool: 'ws1', why: 'its claim is gone', costPerHour: 3.67 }],
      costPerHour: 3.67,
    });
  });
});

function report(...leaks: readonly Leak[]): LeakReport {
  return { cluster: 'prod', at, pools: 5, claims: 4, leaks };
}
