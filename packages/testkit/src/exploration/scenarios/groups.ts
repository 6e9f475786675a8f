import type { Scenario, Step } from '../scenario.ts';
import { isLeaving } from '../../cluster/reading.ts';
import type { View } from '../view.ts';
import { create, feelIt, firstPool, isNothingLeft, isReadyAndServing, isToldReady, NAME } from './steps.ts';

const createTwo: Step = {
  ...create,
  act: (people) => {
    people.apply(NAME, { count: 2 });
  },
};

const killMember: Step = {
  what: 'kills the container of a member',
  when: isToldReady,
  act: (people, view) => {
    const member = view.pods.find(({ metadata }) => metadata.name === `${NAME}-1`);
    if (member !== undefined) {
      people.cluster.kill(member);
    }
  },
};

/** All of them have started again since the first time. */
const isRenewed = (view: View): boolean =>
  isReadyAndServing(view) && view.pods.length === 2 && !view.generationsOf(NAME).includes('1');

/** What happens to one of several pods happens to all of them. */
export const groups: readonly Scenario[] = [
  {
    name: 'the container of a member is killed',
    steps: [createTwo, killMember, feelIt],
    goal: (view) => isRenewed(view) && view.pools.length === 2,
  },
  {
    name: 'the node of a member is lost',
    steps: [
      createTwo,
      {
        what: 'the cloud takes the VM of a member away',
        when: isToldReady,
        act: (people, view) => {
          people.removeVm(firstPool(view));
        },
      },
      feelIt,
    ],
    goal: (view) => isRenewed(view) && view.pools.length === 2,
  },
  {
    name: 'a group is deleted while it starts again',
    steps: [
      createTwo,
      killMember,
      {
        what: 'deletes the Workspace',
        when: (view) => view.pods.some(isLeaving),
        act: (people) => {
          people.delete(NAME);
        },
      },
    ],
    goal: isNothingLeft,
  },
];
