import { describe, expect, it } from '@jest/globals';
import { labels } from '@kaito/types';

import { aClaim, aNode, aRegisteredNode, PROVIDER_ID } from '../../../test/builders.ts';
import { matchNode } from './node-match.ts';

const taken = aClaim({
  metadata: { annotations: { 'karpenter.sh/linked': PROVIDER_ID, 'kaito.sh/node-uid': 'node-1' } },
});

describe('matchNode', () => {
  it("takes the Node that AKS labelled with the claim's pool", () => {
    expect(matchNode(aClaim(), [aNode()])).toMatchObject({ kind: 'One', providerId: PROVIDER_ID });
  });

  it('takes none that is older than the claim: its pool had this name before', () => {
    const old = aNode({ metadata: { creationTimestamp: '2026-01-01T00:58:59Z' } });
    expect(matchNode(aClaim(), [old])).toEqual({ kind: 'None' });
  });

  it('takes none that another claim of the name had, though both claims are of one time', () => {
    const owner = { apiVersion: 'karpenter.sh/v1', kind: 'NodeClaim', name: 'ws012345678', uid: 'claim-2' };
    expect(matchNode(aClaim(), [aNode({ metadata: { ownerReferences: [owner] } })])).toEqual({ kind: 'None' });
  });

  it('takes none of another pool, and none that has no provider ID yet', () => {
    const other = aNode({ metadata: { labels: { [labels.agentPool]: 'wsother' } } });
    expect(matchNode(aClaim(), [other])).toEqual({ kind: 'None' });
    expect(matchNode(aClaim(), [aNode({ spec: { providerID: '' } })])).toEqual({ kind: 'None' });
  });

  it('takes the oldest of a pool, and leaves the ones with other provider IDs alone', () => {
    const younger = aNode({
      metadata: { name: 'b', uid: 'node-2', creationTimestamp: '2026-01-01T00:59:50Z' },
      spec: { providerID: 'azure:///vmss/1' },
    });
    expect(matchNode(aClaim(), [younger, aNode()])).toMatchObject({ kind: 'One', providerId: PROVIDER_ID });
    expect(matchNode(aClaim(), [aNode(), younger])).toMatchObject({ kind: 'One', providerId: PROVIDER_ID });
  });

  it('sees two Nodes with one provider ID until one of them is initialized', () => {
    const twin = aNode({ metadata: { name: 'b', uid: 'node-2' } });
    expect(matchNode(aClaim(), [aNode(), twin])).toEqual({ kind: 'Many', providerId: PROVIDER_ID });
    expect(matchNode(taken, [twin, aNode()])).toEqual({ kind: 'Many', providerId: PROVIDER_ID });
    expect(matchNode(taken, [twin, aRegisteredNode()])).toMatchObject({
      kind: 'One',
      node: { metadata: { uid: 'node-1' } },
    });
  });

  it('knows a taken Node by its uid: another of the same provider ID is not it', () => {
    expect(matchNode(taken, [aRegisteredNode()])).toMatchObject({ kind: 'One' });
    expect(matchNode(taken, [aNode({ metadata: { uid: 'node-2' } })])).toMatchObject({ kind: 'Returned' });
    const leaving = { uid: 'node-2', deletionTimestamp: '2026-01-01T00:59:55Z' };
    expect(matchNode(taken, [aNode({ metadata: leaving })])).toEqual({ kind: 'Lost' });
    expect(matchNode(taken, [])).toEqual({ kind: 'Lost' });
  });
});
