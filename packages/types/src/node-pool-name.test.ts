import { describe, expect, it } from '@jest/globals';

import { nodePoolName } from './node-pool-name.ts';

describe('nodePoolName', () => {
  it('joins namespace and name', () => {
    expect(nodePoolName('default', 'phi')).toBe('default-phi');
  });

  it('keeps within the 63 characters of a label, and tells long names apart', () => {
    const [one, other] = ['a', 'b'].map((end) => nodePoolName('namespace', `${'x'.repeat(60)}${end}`));
    expect(one).toMatch(/^namespace-x{43}-[0-9a-f]{9}$/u);
    expect(one).not.toBe(other);
  });

  it('has another name for each of two Workspaces that come to the same one', () => {
    expect(nodePoolName('a', 'b-c')).toBe(nodePoolName('a-b', 'c'));
    expect(nodePoolName('a', 'b-c', true)).not.toBe(nodePoolName('a-b', 'c', true));
  });
});
