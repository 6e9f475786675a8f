import { claimScenarios } from './karpenter/claim-scenarios.ts';
import type { KarpenterDriver } from './karpenter/karpenter-driver.ts';
import { KarpenterScript } from './karpenter/karpenter-script.ts';
import { modelKarpenter } from './karpenter/model-karpenter.ts';
import { poolScenarios } from './karpenter/pool-scenarios.ts';
import { startRealKarpenter } from './karpenter/real-karpenter.ts';
import type { RealKarpenter } from './karpenter/real-karpenter.ts';
import type { Conformance, Outcome, Scenario } from './scenario.ts';

const scenarios: readonly Scenario<KarpenterDriver>[] = Object.entries({ ...claimScenarios, ...poolScenarios }).map(
  ([name, perform]) => ({
    name,
    play: async (driver: KarpenterDriver) => {
      const script = new KarpenterScript(driver);
      await perform(script);
      return script.seen;
    },
  }),
);

/** The provisioner of the simulations that we did not write, against one that we did not write. */
export const karpenterConformance: Conformance = {
  model: 'Karpenter',
  real: "karpenter's kwok provider",
  names: scenarios.map(({ name }) => name),
  start: async (only = scenarios.map(({ name }) => name)) => {
    const real = await startRealKarpenter(scenarios.map((_, index) => ownOf(index)));
    // All at once, since each does little but wait for Karpenter's seconds.
    const outcomes = new Map(only.map((name) => [name, compare(name, real)]));
    const ended = Promise.allSettled(outcomes.values());
    return {
      play: async (name) => outcomes.get(name) ?? compare(name, real),
      stop: async () => {
        await ended;
        await real.stop();
      },
    };
  },
};

function ownOf(index: number): string {
  return `scenario${index}`;
}

/** The model plays first: the real one is asked until it shows the same. */
async function compare(name: string, real: RealKarpenter): Promise<Outcome> {
  const index = scenarios.findIndex((one) => one.name === name);
  const scenario = scenarios[index];
  if (scenario === undefined) {
    throw new TypeError(`there is no scenario "${name}"`);
  }
  const model = await scenario.play(await modelKarpenter());
  const expected = Array.isArray(model) ? model : [];
  return { model, real: await scenario.play(real.driver(ownOf(index), expected)) };
}
