import { fieldsOf } from '../api-server/json.ts';
import { startTestCluster } from '../test-cluster.ts';
import type { TestCluster } from '../test-cluster.ts';
import { kinds } from './api/kinds.ts';
import { backgroundScenarios } from './collection/background-scenarios.ts';
import type { CollectionDriver } from './collection/collection-driver.ts';
import { AT_REST, CollectionScript } from './collection/collection-script.ts';
import { modelCollection } from './collection/model-collection.ts';
import { propagationScenarios } from './collection/propagation-scenarios.ts';
import { collectorHasSeenAll, realCollection } from './collection/real-collection.ts';
import type { Conformance, Outcome, Scenario } from './scenario.ts';

const never = new AbortController().signal;

const scenarios: readonly Scenario<CollectionDriver>[] = Object.entries({
  ...backgroundScenarios,
  ...propagationScenarios,
}).map(([name, perform]) => ({
  name,
  play: async (driver: CollectionDriver) => {
    await newNamespace(driver);
    const script = new CollectionScript(driver);
    await perform(script);
    return script.seen;
  },
}));

/** The collector of the simulations against the one in kube-controller-manager. */
export const collectionConformance: Conformance = {
  model: 'GarbageCollector',
  real: 'kube-controller-manager',
  names: scenarios.map(({ name }) => name),
  start: async () => {
    const cluster = await startTestCluster({ components: ['etcd', 'kube-apiserver', 'kube-controller-manager'] });
    await collectorHasSeenAll(cluster.kubernetes, 'default');
    return { play: async (name) => compared(cluster, name), stop: async () => cluster.stop() };
  },
};

/** The model plays first: the real one is asked until it shows the same. */
async function compared(cluster: TestCluster, name: string): Promise<Outcome> {
  const index = scenarios.findIndex((one) => one.name === name);
  const scenario = scenarios[index];
  if (scenario === undefined) {
    throw new TypeError(`there is no scenario "${name}"`);
  }
  const namespace = `collection-${index}`;
  const model = await scenario.play(modelCollection(namespace));
  return { model, real: await scenario.play(realCollection(cluster, namespace, restsOf(model))) };
}

function restsOf(seen: unknown): readonly unknown[] {
  return (Array.isArray(seen) ? seen : []).map((note) => fieldsOf(note)[AT_REST]).filter((rest) => rest !== undefined);
}

async function newNamespace({ kubernetes, namespace }: CollectionDriver): Promise<void> {
  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  await kubernetes.create({ type: kinds.namespaces, manifest, fieldManager: 'scenarios' }, never);
}
