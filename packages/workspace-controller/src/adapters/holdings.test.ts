import { describe, expect, it } from '@jest/globals';
import { Machine } from '@kaito/types';
import type { Node, Workspace } from '@kaito/types';

import { aMachine, aNode, aWorkspace } from '../../test/builders.ts';
import { fixedCaches } from '../../test/fixed-caches.ts';
import { holdingsOf } from './holdings.ts';

const own = aWorkspace();
const older = other('older', '2026-01-01T10:00:00Z', ['a']);
const younger = other('younger', '2026-01-01T11:00:00Z', ['a', 'b']);

describe('holdingsOf', () => {
  it.each<readonly [string, Node, readonly object[]]>([
    ['the oldest who counts on the node', node(), [{ workspace: 'default/older', isMarked: false, isShort: true }]],
    [
      'before him the one whose mark it has',
      node('uid-of-younger'),
      [{ workspace: 'default/younger', isMarked: true, isShort: false }],
    ],
    ['that one also when he is giving it up', node('uid-of-younger.leaving'), [{ workspace: 'default/younger' }]],
    ['him in spite of a mark of somebody who is gone', node('gone'), [{ workspace: 'default/older' }]],
    ['nobody when the mark is of somebody who is gone', node('gone', 'z'), []],
    ['nobody when the mark is its own', node(own.metadata.uid, 'z'), []],
    ['the one whose claim has brought it', node('', 'claimed'), [{ workspace: 'team/third', isShort: false }]],
  ])('tells of %s', (_, one, expected) => {
    const caches = {
      ...fixedCaches([own, older, younger], [one]),
      machines: {
        ...fixedCaches([], []).machines,
        byIndex: (_index: string, name: string) => (name === 'claimed' ? [MACHINE] : []),
      },
    };
    const found = [...holdingsOf([one], own, caches).values()];
    expect(found).toMatchObject(expected);
  });
});

const THIRD = { 'kaito.sh/workspace': 'third', 'kaito.sh/workspacenamespace': 'team' };
const MACHINE = Machine.parse(aMachine('ws3', { metadata: { labels: THIRD } }));

function other(name: string, creationTimestamp: string, workerNodes: readonly string[]): Workspace {
  const metadata = { name, uid: `uid-of-${name}`, creationTimestamp };
  return aWorkspace({ metadata, resource: { count: 2 }, status: { workerNodes } });
}

function node(mark = '', name = 'a'): Node {
  return aNode(name, { own: false, labels: { 'kaito.sh/reserved-by': mark } });
}
