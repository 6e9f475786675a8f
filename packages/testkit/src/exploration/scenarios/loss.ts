import type { KubernetesObject } from '@kaito/controller-runtime';
import { annotations, machines } from '@kaito/types';

import type { Scenario } from '../scenario.ts';
import type { View } from '../view.ts';
import { atOnce, create, feelIt, firstNode, firstPool, isReadyAndServing, isToldReady } from './steps.ts';

/** What was there is gone: through the cloud, or by hand. */
export const losses: readonly Scenario[] = [
  {
    name: 'a node is lost',
    steps: [
      create,
      {
        what: 'the cloud takes the VM away',
        when: isToldReady,
        act: (people, view) => {
          people.removeVm(firstPool(view));
        },
      },
      feelIt,
    ],
    goal: isReadyAndServing,
  },
  {
    name: 'a person deletes the Node',
    steps: [
      create,
      {
        what: 'deletes the Node',
        when: isToldReady,
        act: (people, view) => {
          people.deleteNode(firstNode(view));
        },
      },
      feelIt,
    ],
    goal: isReadyAndServing,
  },
  {
    name: 'a person deletes the Machine',
    steps: [
      create,
      {
        what: 'deletes the Machine',
        when: isToldReady,
        act: (people, view) => {
          people.deleteMachine(firstPool(view));
        },
      },
      feelIt,
    ],
    goal: isReadyAndServing,
  },
  {
    name: 'a person deletes the pool',
    steps: [
      create,
      {
        what: 'removes the pool in the portal',
        when: isToldReady,
        act: (people, view) => {
          people.removePool(firstPool(view));
        },
      },
      feelIt,
    ],
    goal: isReadyAndServing,
  },
  {
    name: 'a person tears the finalizers off the claim',
    steps: [
      create,
      {
        what: 'tears the finalizers off the Machine and deletes it',
        when: isToldReady,
        act: (people, view) => {
          people.tearOff(machines, firstPool(view));
        },
      },
      feelIt,
    ],
    goal: isReadyAndServing,
  },
  {
    name: 'the Node of an earlier claim is still there',
    // Longer than it takes until a Node whose machine has gone is removed.
    cloud: { vmBootedMs: 5_000, poolReadyMs: 6_000 },
    steps: [
      create,
      {
        what: 'makes the Machine anew from a file, and lets its Node stay',
        when: isToldReady,
        act: (people, view) => {
          people.replaceMachine(firstPool(view));
          people.disown(firstNode(view));
        },
      },
      feelIt,
    ],
    goal: isReadyAndServing,
  },
  {
    name: 'the provisioner dies, and the next one has late caches',
    steps: [
      {
        what: 'starts a second provisioner, to which no news come for a while',
        when: atOnce,
        act: (people) => {
          people.startLateProvisioner(40_000);
        },
      },
      create,
      {
        what: 'takes the first provisioner away for good',
        when: isToldReady,
        act: (people) => {
          people.killFirstProvisioner();
        },
      },
    ],
    goal: (view) => isReadyAndServing(view) && view.leadingProvisioner !== 'gpu-provisioner-0',
  },
  {
    name: 'another Node takes the place of the first',
    steps: [
      create,
      {
        what: 'puts another Node in the place of the first',
        when: isToldReady,
        act: (people, view) => {
          people.replaceNode(firstNode(view));
        },
      },
      { ...feelIt, when: (view) => view.machines.some(isGoing) || isTakenAgain(view) },
    ],
    goal: isReadyAndServing,
  },
];

function isGoing({ metadata }: KubernetesObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** As a provisioner does that has begun only now: to it the cluster may have been stopped and started. */
function isTakenAgain({ machines: all, nodes }: View): boolean {
  const taken = all.map(({ metadata }) => metadata.annotations?.[annotations.nodeUid]);
  return nodes.some(({ metadata }) => taken.includes(metadata.uid));
}
