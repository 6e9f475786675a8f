import { describe, expect, it } from '@jest/globals';
import type { Node, Workspace } from '@kaito/types';

import { aMachine, aNode, aReadyMachine, aWorkspace, observed } from '../../../test/builders.ts';
import type { Claim } from '../claims/claim.ts';
import { fleetOf } from './fleet.ts';
import type { Fleet } from './fleet.ts';

const FOREIGN = { 'kaito.sh/workspace': 'other', 'kaito.sh/workspacenamespace': 'default' };
const leaving = { deletionTimestamp: '2026-01-01T12:00:00Z' };

describe('fleetOf', () => {
  it.each<readonly [string, readonly Node[], readonly string[]]>([
    ['takes a ready node of the size and with the labels', [aNode('a', { own: false })], ['a']],
    [
      'takes the size in any case',
      [aNode('a', { own: false, labels: { 'node.kubernetes.io/instance-type': 'standard_nc6s_v3' } })],
      ['a'],
    ],
    ['leaves a node of another Workspace alone', [aNode('a', { labels: FOREIGN })], []],
    ['leaves one alone that is being deleted', [aNode('a', { own: false, metadata: leaving })], []],
    ['leaves one alone that is not ready', [aNode('a', { own: false, isReady: false })], []],
    ['leaves a cordoned one alone', [aNode('a', { own: false, spec: { unschedulable: true } })], []],
    ['leaves one alone that lacks a label', [aNode('a', { own: false, labels: { apps: 'x' } })], []],
    [
      'leaves one of another size alone',
      [aNode('a', { own: false, labels: { 'node.kubernetes.io/instance-type': 'x' } })],
      [],
    ],
    [
      'leaves one of no known size alone',
      [aNode('a', { own: false, labels: { 'node.kubernetes.io/instance-type': '' } })],
      [],
    ],
    ['takes no more than it wants, by name', [aNode('b', { own: false }), aNode('a', { own: false })], ['a']],
    [
      'prefers a node that was made for a Workspace',
      [aNode('a', { own: false }), aNode('b', { own: false, labels: { 'kaito.sh/machine-type': 'gpu' } })],
      ['b'],
    ],
  ])('%s', (_, nodes, workers) => {
    const fleet = fleetFor(aWorkspace(), { nodes });
    expect(names(fleet.workers)).toEqual(workers);
    expect(fleet.missing).toBe(1 - workers.length);
  });

  it('goes on with those that serve already, then prefers preferred nodes of any size', () => {
    const workspace = aWorkspace({ resource: { count: 2, preferredNodes: ['z'] }, status: { workerNodes: ['y'] } });
    const nodes = [
      aNode('a', { own: false }),
      aNode('y', { own: false }),
      aNode('z', { own: false, labels: { 'node.kubernetes.io/instance-type': 'Standard_ND6s' } }),
    ];
    expect(names(fleetFor(workspace, { nodes }).workers)).toEqual(['y', 'z']);
  });

  it('buys only what neither nodes nor claims bring', () => {
    const workspace = aWorkspace({ resource: { count: 3 } });
    const fleet = fleetFor(workspace, { nodes: [aNode('a', { own: false })], claims: [aMachine('ws1')] });
    expect(fleet.missing).toBe(1);
  });

  it('counts the node of a claim through the claim, and as a worker once the claim is ready', () => {
    const node = aNode('a');
    const bringing = aMachine('ws1', { status: { nodeName: 'a' } });
    expect(fleetFor(aWorkspace(), { nodes: [node], claims: [bringing] })).toMatchObject({ workers: [], missing: 0 });
    const brought = aReadyMachine('ws1', 'a');
    expect(names(fleetFor(aWorkspace(), { nodes: [node], claims: [brought] }).workers)).toEqual(['a']);
  });

  it('does not count a node twice that its claim has not named yet', () => {
    const workspace = aWorkspace({ resource: { count: 2 } });
    const fleet = fleetFor(workspace, { nodes: [aNode('a')], claims: [aMachine('ws1')] });
    expect(fleet).toMatchObject({ workers: [], missing: 1 });
  });

  it('keeps a node of its own whose claim somebody has taken away', () => {
    expect(fleetFor(aWorkspace(), { nodes: [aNode('a')] })).toMatchObject({ missing: 0 });
  });

  it('does not count on the node of a claim that is leaving', () => {
    const claim = { ...aReadyMachine('ws1', 'a'), metadata: { ...aMachine('ws1').metadata, ...leaving } };
    const fleet = fleetFor(aWorkspace(), { nodes: [aNode('a')], claims: [claim] });
    expect(fleet).toMatchObject({ workers: [], missing: 1, claims: [] });
    expect(names(fleet.leavingClaims)).toEqual(['ws1']);
  });

  it('buys nothing in the place of a serving node that may come back', () => {
    const workspace = aWorkspace({ status: { workerNodes: ['a'] } });
    const fleet = fleetFor(workspace, { nodes: [aNode('a', { own: false, isReady: false })] });
    expect(fleet).toMatchObject({ workers: [], missing: 0 });
    expect(names(fleet.absent)).toEqual(['a']);
  });
});

function fleetFor(
  workspace: Workspace,
  world: { readonly nodes?: readonly Node[]; readonly claims?: readonly Claim[] },
): Fleet {
  const { count = 1, instanceType = '', preferredNodes = [] } = workspace.resource ?? {};
  const nodeLabels = { apps: 'phi-3' };
  const resource = { count, instanceType, preferredNodes, nodeLabels, isBrought: false, needsGpus: true };
  return fleetOf(observed({ workspace, ...world }), resource);
}

function names(objects: readonly { readonly metadata: { readonly name: string } }[]): readonly string[] {
  return objects.map(({ metadata }) => metadata.name);
}
