import { describe, expect, it } from '@jest/globals';
import type { Node } from '@kaito/types';

import { aNode, aWorkspace, observed, settings } from '../../../test/builders.ts';
import { plan } from '../plan.ts';

describe('the GPUs that each pod asks for', () => {
  it('are as many as every node has where nodes are brought, whatever the size', () => {
    const workspace = aWorkspace({ resource: { count: 2, instanceType: undefined } });
    const nodes = [existing('a', 4), existing('b', 2)];
    const { actions } = plan(observed({ workspace, nodes }), { ...settings, nodes: { kind: 'byo' } });
    expect(JSON.stringify(actions)).toContain('"limits":{"nvidia.com/gpu":"2"}');
  });

  it('are no more than a preferred node of another size has', () => {
    const workspace = aWorkspace({ resource: { instanceType: 'Standard_NC24', preferredNodes: ['a'] } });
    const { actions } = plan(observed({ workspace, nodes: [existing('a', 1)] }), settings);
    expect(JSON.stringify(actions)).toContain('"limits":{"nvidia.com/gpu":"1"}');
  });

  it('are those of the size where more are to be had, and while none are shown', () => {
    const workspace = aWorkspace({ resource: { preferredNodes: ['a'] } });
    for (const gpus of [0, 8]) {
      const labels = { 'node.kubernetes.io/instance-type': 'mine' };
      const nodes = [aNode('a', { own: false, gpus, labels })];
      expect(JSON.stringify(plan(observed({ workspace, nodes }), settings).actions)).toContain('"nvidia.com/gpu":"1"');
    }
  });
});

function existing(name: string, gpus: number): Node {
  return aNode(name, { own: false, gpus });
}
