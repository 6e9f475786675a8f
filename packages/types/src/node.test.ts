import { expect, it } from '@jest/globals';

import { Node } from './node.ts';

it('reads a Node whose conditions have no times', () => {
  const metadata = { name: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
  const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: null }];
  expect(Node.parse({ metadata, status: { conditions } }).status.conditions).toEqual([
    { type: 'Ready', status: 'True', lastTransitionTime: undefined },
  ]);
});
