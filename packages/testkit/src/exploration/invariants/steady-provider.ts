import type { Invariant } from './invariant.ts';
import { isClaimType, providerOf } from './marks.ts';

export const steadyProvider: Invariant = {
  name: 'providerID never changes',
  observe: ({ violated }) => ({
    onChange: ({ before, event, object, type }, actor) => {
      if (!isClaimType(type) || actor === undefined || event !== 'MODIFIED' || before === undefined) {
        return;
      }
      const was = providerOf(before);
      if (was !== undefined && was !== providerOf(object)) {
        violated(
          `the claim ${object.metadata.name} had the provider ID ${was} and has ${providerOf(object) ?? 'none'}`,
        );
      }
    },
  }),
};
