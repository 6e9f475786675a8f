import { conditionOf } from '../fields.ts';
import type { Scenario, Step } from '../scenario.ts';
import { isTrue } from '../../cluster/reading.ts';
import { isPoolNode } from '../view.ts';
import type { View } from '../view.ts';
import { atOnce, firstNode, hasPool, isNothingLeft } from './steps.ts';

const CLAIM = 'gpu1';
const SIZES = ['Standard_NC6s_v3', 'Standard_NC4as_T4_v3'] as const;

const isClaimReady = (view: View): boolean =>
  view.nodeClaims.some((claim) => conditionOf(claim, 'Ready')?.status === 'True');

const claim: Step = {
  what: 'creates a NodeClaim',
  when: atOnce,
  act: (people) => {
    people.claim(CLAIM);
  },
};

const unclaim: Step = {
  what: 'deletes the NodeClaim',
  when: isClaimReady,
  act: (people) => {
    people.deleteClaim(CLAIM);
  },
};

/** Nodes that somebody asks for himself, by the contract of NodeClaims. */
export const claims: readonly Scenario[] = [
  { name: 'a NodeClaim becomes ready', steps: [claim], goal: (view) => isClaimReady(view) && view.pools.length === 1 },
  { name: 'a NodeClaim is deleted when it is ready', steps: [claim, unclaim], goal: isNothingLeft },
  {
    name: 'a NodeClaim is deleted while its pool is made',
    steps: [claim, { ...unclaim, when: hasPool }],
    goal: isNothingLeft,
  },
  {
    name: 'a NodeClaim has lived as long as it may',
    steps: [
      {
        ...claim,
        act: (people) => {
          people.claim(CLAIM, { spec: { expireAfter: '30s' } });
        },
      },
      { what: 'waits until it was there', when: isClaimReady, act: () => undefined },
    ],
    goal: isNothingLeft,
  },
  {
    name: 'the Node of a NodeClaim falls silent',
    steps: [
      claim,
      {
        what: 'cuts the Node off',
        when: isClaimReady,
        act: (people, view) => {
          people.cluster.silence(firstNode(view));
        },
      },
    ],
    goal: isNothingLeft,
  },
  {
    name: 'a pod objects to a drain that has a deadline',
    steps: [
      {
        ...claim,
        act: (people) => {
          people.claim(CLAIM, { spec: { terminationGracePeriod: '5s' } });
        },
      },
      {
        what: 'runs a pod that objects to being moved',
        when: isClaimReady,
        act: (people, view) => {
          people.runUndisturbed('work', firstNode(view));
        },
      },
      { ...unclaim, when: (view) => view.pods.some((pod) => conditionOf(pod, 'Ready')?.status === 'True') },
    ],
    goal: isNothingLeft,
  },
  {
    name: 'the first size of a NodeClaim cannot be had, the second can',
    cloud: { capacity: { [SIZES[0]]: 0 } },
    steps: [
      {
        ...claim,
        act: (people) => {
          people.claim(CLAIM, { sizes: SIZES });
        },
      },
    ],
    goal: (view) => isClaimReady(view) && view.pools.every(({ vmSize }) => vmSize === SIZES[1]),
  },
  {
    name: 'no size of a NodeClaim can be had',
    cloud: { capacity: { [SIZES[0]]: 0, [SIZES[1]]: 0 } },
    steps: [
      {
        ...claim,
        act: (people) => {
          people.claim(CLAIM, { sizes: SIZES });
        },
      },
      { what: 'waits until it was tried', when: hasPool, act: () => undefined },
    ],
    goal: isNothingLeft,
  },
  {
    name: 'the quota of a NodeClaim is known not to suffice',
    cloud: { quotas: { standardNCSv3Family: 2 } },
    steps: [
      claim,
      { what: 'waits until it was seen', when: (view) => view.nodeClaims.length > 0, act: () => undefined },
    ],
    goal: isNothingLeft,
  },
  {
    name: 'the cluster is stopped and started',
    steps: [
      claim,
      {
        what: 'stops the cluster',
        when: isClaimReady,
        act: (people) => {
          people.cloud.switchCluster('Stopped');
        },
      },
      {
        what: 'starts it',
        when: (view) => !view.nodes.some((node) => isPoolNode(node) && isTrue(node, 'Ready')),
        afterMs: 40_000,
        act: (people) => {
          people.cloud.switchCluster('Running');
        },
      },
    ],
    goal: (view) => isClaimReady(view) && view.nodes.some((node) => isPoolNode(node) && isTrue(node, 'Ready')),
  },
  {
    name: 'a Machine and a NodeClaim have one name',
    steps: [
      {
        ...claim,
        act: (people) => {
          people.createMachine(CLAIM);
          people.claim(CLAIM);
        },
      },
      {
        what: 'deletes the Machine',
        when: (view) => view.machines.some((machine) => conditionOf(machine, 'Ready')?.status === 'True'),
        act: (people) => {
          people.deleteMachine(CLAIM);
        },
      },
    ],
    goal: (view) => view.machines.length === 0 && isClaimReady(view) && view.pools.length === 1,
  },
];
