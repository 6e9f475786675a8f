import type { KubernetesObject } from '@kaito/controller-runtime';
import { workspaces } from '@kaito/types';

import { conditionsOf } from '../fields.ts';
import type { Invariant } from './invariant.ts';

export const truthfulGeneration: Invariant = {
  name: 'observedGeneration runs neither ahead nor back',
  observe: ({ violated }) => ({
    onChange: ({ before, event, object, type }, actor) => {
      if (type.plural === workspaces.plural && actor !== undefined && event === 'MODIFIED') {
        untruths(before, object).forEach(violated);
      }
    },
  }),
};

function untruths(before: KubernetesObject | undefined, after: KubernetesObject): readonly string[] {
  const { generation = 0, name } = after.metadata;
  const earlier = before === undefined ? [] : conditionsOf(before);
  return conditionsOf(after).flatMap(({ observedGeneration = 0, type }) => {
    const was = earlier.find((one) => one.type === type)?.observedGeneration ?? 0;
    const isSo = observedGeneration <= generation && observedGeneration >= was;
    const said = `tells of generation ${observedGeneration}, after ${was}, of ${generation}`;
    return isSo ? [] : [`${type} of Workspace ${name} ${said}`];
  });
}
