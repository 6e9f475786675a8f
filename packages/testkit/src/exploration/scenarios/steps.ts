import type { Step } from '../scenario.ts';
import type { View } from '../view.ts';

export const NAME = 'phi';

export const atOnce = (): boolean => true;
export const isToldReady = (view: View): boolean => view.isToldReady(NAME);
export const isReadyAndServing = (view: View): boolean => view.isToldReady(NAME) && view.isServing(NAME);
export const isNothingLeft = (view: View): boolean => view.leftovers.length === 0;
export const hasPool = (view: View): boolean => view.pools.length > 0;

export const create: Step = {
  what: 'creates a Workspace',
  when: atOnce,
  act: (people) => {
    people.apply(NAME);
  },
};

export const removeWhenReady: Step = {
  what: 'deletes the Workspace',
  when: isToldReady,
  act: (people) => {
    people.delete(NAME);
  },
};

/** What was done before is felt: the goal is not the state that was there already. */
export const feelIt: Step = { what: 'feels it', when: (view) => !view.isServing(NAME), act: () => undefined };

export const firstPool = (view: View): string => view.pools[0]?.name ?? '';
export const firstNode = (view: View): string =>
  view.nodes.find(({ metadata }) => metadata.labels?.['agentpool'] !== 'system')?.metadata.name ?? '';
