import { STEADY } from './cluster/cluster-driver.ts';
import { budgetScenarios } from './cluster/budget-scenarios.ts';
import type { ClusterDriver } from './cluster/cluster-driver.ts';
import { deploymentScenarios } from './cluster/deployment-scenarios.ts';
import { Heartbeats } from './cluster/heartbeats.ts';
import { jobScenarios } from './cluster/job-scenarios.ts';
import { modelCluster } from './cluster/model-cluster.ts';
import { NodeActs } from './cluster/node-acts.ts';
import { nodeScenarios } from './cluster/node-scenarios.ts';
import { prepareNamespaces, realCluster } from './cluster/real-cluster.ts';
import type { RealCluster } from './cluster/real-cluster.ts';
import { schedulingScenarios } from './cluster/scheduling-scenarios.ts';
import { statefulSetScenarios } from './cluster/stateful-set-scenarios.ts';
import { Stage } from './cluster/stage.ts';
import type { Conformance, Outcome, Scenario } from './scenario.ts';

const START_DEADLINE_MS = 180_000;

/** Who looks after Nodes looks often, and counts a Node as lost after ten seconds. */
const QUICK = [
  '--node-monitor-period=250ms',
  '--node-monitor-grace-period=10s',
  '--node-eviction-rate=100',
  '--kube-api-qps=1000',
  '--kube-api-burst=1000',
];

const scenarios: readonly Scenario<ClusterDriver>[] = Object.entries({
  ...deploymentScenarios,
  ...schedulingScenarios,
  ...nodeScenarios,
  ...statefulSetScenarios,
  ...jobScenarios,
  ...budgetScenarios,
}).map(([name, perform]) => ({
  name,
  play: async (cluster: ClusterDriver) => {
    const stage = new Stage(cluster);
    try {
      await perform(stage);
    } finally {
      await stage.tidy();
    }
    return stage.seen;
  },
}));

/** The cluster of the simulations against kube-controller-manager and kube-scheduler; the kubelets are played. */
export const clusterConformance: Conformance = {
  model: 'ClusterModel',
  real: 'kube-controller-manager and kube-scheduler',
  names: scenarios.map(({ name }) => name),
  start: async (only = scenarios.map(({ name }) => name)) => {
    const { startTestCluster } = await import('../test-cluster.ts');
    const cluster = await startTestCluster({ controllerManagerFlags: QUICK });
    const { kubernetes } = cluster;
    const heartbeats = new Heartbeats(kubernetes);
    const stop = async (): Promise<void> => {
      await heartbeats.stop();
      await cluster.stop();
    };
    const namespaces = scenarios.map((_, index) => `scenario${index}`);
    try {
      await prepareNamespaces(kubernetes, namespaces);
      await heartbeats.start(STEADY);
      await new NodeActs(kubernetes, AbortSignal.timeout(START_DEADLINE_MS)).register(STEADY);
    } catch (error) {
      await stop();
      throw error;
    }
    const real = { kubernetes, heartbeats };
    const names = Object.keys(jobScenarios).filter((name) => only.includes(name));
    const early = beside(names, async (name) => compare(name, real));
    return {
      play: async (name) => early.outcomes.get(name) ?? compare(name, real),
      stop: async () => {
        await early.end();
        await stop();
      },
    };
  },
};

interface Beside {
  readonly outcomes: ReadonlyMap<string, Promise<Outcome>>;
  end(): Promise<unknown>;
}

/** Plays at once, beside the others, what does little but wait. */
function beside(names: readonly string[], play: (name: string) => Promise<Outcome>): Beside {
  const outcomes = new Map(names.map((name) => [name, play(name)]));
  const end = Promise.allSettled(outcomes.values());
  return { outcomes, end: async () => end };
}

/** The model plays first: the real one is asked until it shows the same. */
async function compare(name: string, real: Pick<RealCluster, 'kubernetes' | 'heartbeats'>): Promise<Outcome> {
  const index = scenarios.findIndex((one) => one.name === name);
  const scenario = scenarios[index];
  if (scenario === undefined) {
    throw new TypeError(`there is no scenario "${name}"`);
  }
  const model = await scenario.play(await modelCluster());
  const expected = Array.isArray(model) ? model : [];
  return { model, real: await scenario.play(realCluster({ ...real, namespace: `scenario${index}`, expected })) };
}
