import { describe, expect, it } from '@jest/globals';

import { NOW, secondsAgo } from '../../../test/builders.ts';
import { Quarantine } from './quarantine.ts';

describe('the quarantine', () => {
  it('counts looks at the cloud, not how often it is asked', () => {
    const quarantine = new Quarantine();
    expect(quarantine.take('wsa', secondsAgo(40), secondsAgo(40))).toMatchObject({ since: secondsAgo(40), looks: 1 });
    expect(quarantine.take('wsa', secondsAgo(40), NOW)).toMatchObject({ since: secondsAgo(40), looks: 1 });
    expect(quarantine.take('wsa', secondsAgo(5), NOW)).toMatchObject({ since: secondsAgo(40), looks: 2 });
  });

  it('begins anew when there was a claim meanwhile', () => {
    const quarantine = new Quarantine();
    quarantine.take('wsa', secondsAgo(40), secondsAgo(40));
    quarantine.end('wsa');
    expect(quarantine.take('wsa', secondsAgo(5), NOW)).toMatchObject({ since: NOW, looks: 1 });
  });
});
