import { isTrue } from '../../cluster/reading.ts';
import type { Scenario, Step } from '../scenario.ts';
import {
  create,
  feelIt,
  firstNode,
  isNothingLeft,
  isReadyAndServing,
  isToldReady,
  NAME,
  removeWhenReady,
} from './steps.ts';

const KAITO = { group: 'kaito.sh', kind: 'KaitoNodeClass', name: 'default' };
const FOREIGN = { group: 'karpenter.kwok.sh', kind: 'KWOKNodeClass', name: 'default' };

const createTwo: Step = {
  ...create,
  act: (people) => {
    people.apply(NAME, { count: 2 });
  },
};

const loseNode: Step = {
  what: 'deletes the Node',
  when: isToldReady,
  act: (people, view) => {
    people.deleteNode(firstNode(view));
  },
};

/** The ways to nodes beside Machines, with provisioners of ours and of others. */
export const ways: readonly Scenario[] = [
  {
    name: 'a node by a NodeClaim',
    nodes: { kind: 'nodeclaim', nodeClass: KAITO },
    steps: [create, removeWhenReady],
    goal: isNothingLeft,
  },
  {
    name: 'two nodes by NodeClaims, and one is lost',
    nodes: { kind: 'nodeclaim', nodeClass: KAITO },
    steps: [createTwo, loseNode, feelIt],
    goal: isReadyAndServing,
  },
  {
    name: 'a node by a NodeClaim, from another provisioner',
    nodes: { kind: 'nodeclaim', nodeClass: FOREIGN },
    karpenter: {},
    steps: [create, removeWhenReady],
    goal: isNothingLeft,
  },
  {
    name: 'another provisioner has no capacity',
    nodes: { kind: 'nodeclaim', nodeClass: FOREIGN },
    karpenter: { hasCapacity: false },
    steps: [
      create,
      {
        what: 'deletes the Workspace that waits for its next attempt',
        when: (view) => {
          const workspace = view.workspace(NAME);
          return workspace !== undefined && view.nodeClaims.length === 0 && !isTrue(workspace, 'ResourceReady');
        },
        afterMs: 5_000,
        act: (people) => {
          people.delete(NAME);
        },
      },
    ],
    goal: isNothingLeft,
  },
  {
    name: 'a node by a static NodePool',
    nodes: { kind: 'nodepool', nodeClass: FOREIGN },
    karpenter: {},
    steps: [create, removeWhenReady],
    goal: isNothingLeft,
  },
  {
    name: 'two nodes by a static NodePool, and one is lost',
    nodes: { kind: 'nodepool', nodeClass: FOREIGN },
    karpenter: {},
    steps: [createTwo, loseNode, feelIt],
    goal: isReadyAndServing,
  },
];
