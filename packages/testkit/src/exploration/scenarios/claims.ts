import { conditionOf } from '../fields.ts';
import type { Scenario, Step } from '../scenario.ts';
import type { View } from '../view.ts';
import { atOnce, hasPool, isNothingLeft } from './steps.ts';

const CLAIM = 'gpu1';

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
