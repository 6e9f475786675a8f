import { armCloud } from './cloud/arm-cloud.ts';
import type { CloudDriver } from './cloud/cloud-driver.ts';
import { lifeScenarios } from './cloud/life-scenarios.ts';
import { modelCloud } from './cloud/model-cloud.ts';
import { regionScenarios } from './cloud/region-scenarios.ts';
import { replyScenarios } from './cloud/reply-scenarios.ts';
import { Script } from './cloud/script.ts';
import { troubleScenarios } from './cloud/trouble-scenarios.ts';
import type { Conformance, Outcome, Scenario } from './scenario.ts';

const scenarios: readonly Scenario<CloudDriver>[] = Object.entries({
  ...lifeScenarios,
  ...troubleScenarios,
  ...replyScenarios,
  ...regionScenarios,
}).map(([name, perform]) => ({
  name,
  play: async (cloud: CloudDriver) => {
    const script = new Script(cloud);
    await perform(script);
    return script.seen;
  },
}));

/** The cloud of the simulations against the ARM simulator, through the SDK and the provisioner's own adapter. */
export const cloudConformance: Conformance = {
  model: 'Cloud',
  real: 'ARM simulator through @azure/arm-containerservice',
  names: scenarios.map(({ name }) => name),
  start: async () => ({ play: compare, stop: async () => undefined }),
};

/** Each scenario has a simulator of its own. */
async function compare(name: string): Promise<Outcome> {
  const scenario = scenarios.find((one) => one.name === name);
  if (scenario === undefined) {
    throw new TypeError(`there is no scenario "${name}"`);
  }
  const real = await armCloud();
  try {
    return { model: await scenario.play(modelCloud()), real: await scenario.play(real) };
  } finally {
    await real.stop();
  }
}
