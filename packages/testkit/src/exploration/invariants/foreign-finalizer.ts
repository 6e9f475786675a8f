import type { Invariant } from './invariant.ts';

export const foreignFinalizer: Invariant = {
  name: "nobody else's finalizer is removed",
  observe: ({ violated }) => ({
    onChange: ({ before, event, object }, actor) => {
      if (actor === undefined || before === undefined) {
        return;
      }
      const now = event === 'DELETED' ? [] : (object.metadata.finalizers ?? []);
      const lost = (before.metadata.finalizers ?? []).filter((one) => !now.includes(one));
      const foreign = lost.find((one) => !one.includes('kaito') && !one.startsWith('karpenter.sh/'));
      if (foreign !== undefined) {
        violated(`${actor.role} removes the finalizer ${foreign} of ${object.metadata.name}`);
      }
    },
  }),
};
