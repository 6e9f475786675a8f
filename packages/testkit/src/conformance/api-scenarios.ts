import { writtenTypes } from '../api-server/built-in-kinds.ts';
import { startTestCluster } from '../test-cluster.ts';
import type { TestCluster } from '../test-cluster.ts';
import type { ApiDriver } from './api/api-driver.ts';
import { ApiScript } from './api/api-script.ts';
import { applyScenarios } from './api/apply-scenarios.ts';
import { builtInScenarios } from './api/built-in-scenarios.ts';
import { createNamespace } from './api/create-namespace.ts';
import { deleteScenarios } from './api/delete-scenarios.ts';
import { describedTypes } from './api/described-types.ts';
import { listScenarios } from './api/list-scenarios.ts';
import { modelApiServer } from './api/model-api-server.ts';
import { nodeClaimScenarios } from './api/node-claim-scenarios.ts';
import { realApiServer } from './api/real-api-server.ts';
import { schemaScenarios } from './api/schema-scenarios.ts';
import { storeScenarios } from './api/store-scenarios.ts';
import { watchScenarios } from './api/watch-scenarios.ts';
import type { Conformance, Outcome, Scenario } from './scenario.ts';

const scenarios: readonly Scenario<ApiDriver>[] = Object.entries({
  ...storeScenarios,
  ...listScenarios,
  ...deleteScenarios,
  ...watchScenarios,
  ...applyScenarios,
  ...schemaScenarios,
  ...nodeClaimScenarios,
  ...builtInScenarios,
}).map(([name, perform]) => ({
  name,
  play: async (driver: ApiDriver) => {
    await createNamespace(driver.kubernetes, driver.namespace);
    const script = new ApiScript(driver);
    await perform(script);
    return script.seen;
  },
}));

/** Not played: what the model reads from a file is what the server says of itself. */
const TYPES = 'the fields of built-in kinds are those that the server describes';

/** The API server of the simulations against kube-apiserver, through the controllers' own client. */
export const apiConformance: Conformance = {
  model: 'ApiServer',
  real: 'kube-apiserver',
  names: [TYPES, ...scenarios.map(({ name }) => name)],
  start: async () => {
    const cluster = await startTestCluster({
      components: ['etcd', 'kube-apiserver'],
      apiServerFlags: ['--watch-cache-sizes=secrets#0'],
    });
    return { play: async (name) => played(cluster, name), stop: async () => cluster.stop() };
  },
};

async function played(cluster: TestCluster, name: string): Promise<Outcome> {
  if (name === TYPES) {
    return { model: writtenTypes(), real: await describedTypes(cluster) };
  }
  const index = scenarios.findIndex((one) => one.name === name);
  const scenario = scenarios[index];
  if (scenario === undefined) {
    throw new TypeError(`there is no scenario "${name}"`);
  }
  const namespace = `scenario-${index}`;
  const model = await scenario.play(modelApiServer(namespace));
  return { model, real: await scenario.play(realApiServer(cluster, namespace)) };
}
