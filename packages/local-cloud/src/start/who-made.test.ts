import { describe, expect, it } from '@jest/globals';

import { writersOf } from './who-made.ts';

describe('writersOf', () => {
  it('names each field manager with the parts that it holds, and the cloud of the machine', () => {
    const node = {
      kind: 'Node',
      metadata: {
        name: 'kwok-phi',
        managedFields: [
          { manager: 'kaito-node-agent', subresource: 'status', fieldsV1: { 'f:status': {} } },
          {
            manager: 'karpenter',
            fieldsV1: { 'f:metadata': { 'f:labels': { '.': {} } }, 'f:spec': { 'f:providerID': {} }, 'f:status': {} },
          },
          { manager: 'karpenter', subresource: 'status', fieldsV1: { 'f:metadata': { 'f:x': {} }, 'f:status': {} } },
        ],
      },
      spec: { providerID: 'kwok://kwok-phi' },
    };
    expect(writersOf(node)).toEqual([
      'Node       kwok-phi',
      '           karpenter wrote labels, spec.providerID, status',
      '           kaito-node-agent wrote status',
      '           providerID kwok://…',
    ]);
  });

  it('says that a machine is of no cloud, and says nothing of machines of what is none', () => {
    expect(writersOf({ kind: 'Node', metadata: { name: 'n' } }).at(-1)).toBe(
      '           no providerID: it is of no cloud',
    );
    expect(writersOf({ kind: 'NodeClaim', metadata: { name: 'c' } })).toEqual(['NodeClaim  c']);
  });
});
