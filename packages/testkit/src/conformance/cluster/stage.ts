import { isApiError } from '@kaito/controller-runtime';
import type { KubernetesObject, ResourceType } from '@kaito/controller-runtime';

import { isFields } from '../../api-server/json.ts';
import type { Fields } from '../../api-server/json.ts';
import { deployments, disruptionBudgets, jobs, nodes, pods, replicaSets, statefulSets } from '../../cluster/kinds.ts';
import { isLeaving, isOverPod, phaseOf, textAt } from '../../cluster/reading.ts';
import type { NodeTaint } from '../../cluster/scheduling/taints.ts';
import { STEADY } from './cluster-driver.ts';
import type { ClusterDriver, RestOptions } from './cluster-driver.ts';
import { deploymentSpec, manifest, template, workloadSpec } from './manifests.ts';
import type { WorkloadOptions } from './manifests.ts';
import { NodeActs } from './node-acts.ts';
import type { NodeOptions, Readiness } from './node-acts.ts';
import { isProbe, Probe } from './probe.ts';
import { projected } from './projection.ts';

const fieldManager = 'conformance';
const OWN = 'scenario';
const DEADLINE_MS = 280_000;

/** What a scenario does, as a user, as a node and as its kubelet; and what it sees. */
export class Stage {
  readonly seen: unknown[] = [];
  readonly #driver: ClusterDriver;
  readonly #acts: NodeActs;
  readonly #probe: Probe;
  readonly #signal = AbortSignal.timeout(DEADLINE_MS);
  readonly #nodes = new Set<string>();
  readonly #kinds = new Set<ResourceType>();

  constructor(driver: ClusterDriver) {
    this.#driver = driver;
    this.#acts = new NodeActs(driver.kubernetes, this.#signal);
    this.#probe = new Probe(driver);
  }

  /** What is being made shows its pods, and then that they run. */
  async comesUp(made: Promise<void>): Promise<void> {
    await made;
    await this.look();
    await this.runPods();
    await this.look();
  }

  /** Writes down everything there is once nothing moves any more. */
  async look(options: Omit<RestOptions, 'at'> = {}): Promise<void> {
    const at = this.seen.length;
    this.seen.push(await this.#driver.rest(async () => this.#project(), { ...options, at }));
  }

  async deploy(options: WorkloadOptions = {}): Promise<void> {
    await this.#create(deployments, 'apps/v1', deploymentSpec(this.#here(options)));
  }

  async redeploy(options: WorkloadOptions = {}): Promise<void> {
    await this.#patch(deployments, 'phi', { spec: deploymentSpec(this.#here(options)) });
  }

  async scale(replicas: number, type: ResourceType = deployments): Promise<void> {
    await this.#patch(type, 'phi', { spec: { replicas } });
  }

  async makeStatefulSet(options: WorkloadOptions & { readonly policy?: string } = {}): Promise<void> {
    const { policy = 'OrderedReady' } = options;
    const spec = {
      serviceName: 'phi',
      podManagementPolicy: policy,
      ...workloadSpec(this.#here(options)),
      ...options.spec,
    };
    await this.#create(statefulSets, 'apps/v1', spec);
  }

  async updateStatefulSet(options: WorkloadOptions): Promise<void> {
    await this.#patch(statefulSets, 'phi', { spec: { template: template(this.#here(options)) } });
  }

  /** Its pods run where nobody else's do. */
  async makeJob(spec: Fields = {}): Promise<void> {
    const own = template({ pod: { restartPolicy: 'Never', nodeName: STEADY } });
    await this.#create(jobs, 'batch/v1', { ...spec, template: own });
  }

  async makeBudget(spec: Fields): Promise<void> {
    await this.#create(disruptionBudgets, 'policy/v1', { selector: { matchLabels: { app: 'phi' } }, ...spec });
  }

  async makePod(options: WorkloadOptions): Promise<void> {
    const { spec } = template(this.#here(options));
    await this.#create(pods, 'v1', typeof spec === 'object' && spec !== null ? { ...spec } : {});
  }

  async delete(type: ResourceType): Promise<void> {
    const { kubernetes, namespace } = this.#driver;
    const key = { name: 'phi', namespace };
    await kubernetes.delete({ type, key, propagationPolicy: 'Background' }, this.#signal);
  }

  /** A Node that is Ready, as its kubelet has registered it. */
  async makeNode(name: string, options: NodeOptions = {}): Promise<void> {
    const full = this.#nodeName(name);
    this.#nodes.add(full);
    this.#kinds.add(nodes);
    await this.#driver.enliven(full);
    await this.#acts.register(full, { ...options, labels: { [OWN]: this.#driver.namespace, ...options.labels } });
    await this.#hear();
  }

  async offer(name: string, options: NodeOptions): Promise<void> {
    await this.#acts.offer(this.#nodeName(name), options);
  }

  async report(name: string, status: Readiness): Promise<void> {
    await this.#acts.report(this.#nodeName(name), status);
    await this.#hear();
  }

  /** Nothing is heard of the Node any more. */
  async silence(name: string): Promise<void> {
    await this.#driver.silence(this.#nodeName(name));
  }

  async cordon(name: string, unschedulable: boolean): Promise<void> {
    await this.#acts.patch(this.#nodeName(name), { spec: { unschedulable } });
    await this.#hear();
  }

  async taint(name: string, taints: readonly NodeTaint[]): Promise<void> {
    await this.#acts.patch(this.#nodeName(name), { spec: { taints } });
    await this.#hear();
  }

  async deleteNode(name: string): Promise<void> {
    await this.#acts.delete(this.#nodeName(name));
    await this.#hear();
  }

  /** The kubelets start every pod that has come to them; the first `count`, by name. */
  async runPods(count = Infinity): Promise<void> {
    const waiting = (await this.#pods()).filter((pod) => isPlaced(pod) && !isLeaving(pod) && !isOverPod(pod));
    await this.#report(waiting.slice(0, count), 'Running', 'True');
  }

  /** The kubelets see the work of the first `count` pods end. */
  async endPods(phase: 'Succeeded' | 'Failed', count = Infinity): Promise<void> {
    const running = (await this.#pods()).filter((pod) => isPlaced(pod) && !isOverPod(pod));
    await this.#report(running.slice(0, count), phase, 'False');
  }

  /** The kubelets have stopped every pod that is to go. */
  async stopPods(): Promise<void> {
    for (const pod of (await this.#pods()).filter(isLeaving)) {
      await this.#deletePod(pod, 0);
    }
  }

  /** Somebody deletes the first pod, by name, that has a node. */
  async deletePod(): Promise<void> {
    const pod = (await this.#pods()).find(isPlaced);
    if (pod !== undefined) {
      await this.#deletePod(pod);
    }
  }

  /** Somebody deletes every pod that has a node. */
  async deletePods(): Promise<void> {
    for (const pod of (await this.#pods()).filter(isPlaced)) {
      await this.#deletePod(pod);
    }
  }

  /** Somebody drains: asks for the eviction of the first pod, by name, that runs; shows the answer. */
  async evictPod(): Promise<void> {
    const pod = (await this.#pods()).find((one) => phaseOf(one) === 'Running' && !isLeaving(one));
    this.seen.push(pod === undefined ? 'no pod' : await this.#evict(pod.metadata));
  }

  async #evict({ name, namespace = '' }: KubernetesObject['metadata']): Promise<unknown> {
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
    const request = { type: pods, key: { name, namespace }, subresource: 'eviction', manifest: eviction };
    try {
      await this.#driver.kubernetes.createSubresource(request, this.#signal);
      return 'evicted';
    } catch (error) {
      return isApiError(error) ? { kind: error.kind, status: error.status } : String(error);
    }
  }

  /** Leaves no Node behind on which later scenarios could stumble. */
  async tidy(): Promise<void> {
    for (const name of this.#nodes) {
      await this.#acts.delete(name);
      await this.#driver.silence(name);
    }
    if (this.#nodes.size > 0) {
      await this.#hear();
    }
  }

  /** Whatever comes next, the scheduler knows of what was done to the Nodes. */
  async #hear(): Promise<void> {
    const at = this.seen.length;
    this.seen.push(await this.#driver.hear(async () => this.#probe.ask(this.#signal), { at }));
  }

  /** Every pod keeps to the nodes of its scenario. */
  #here(options: WorkloadOptions): WorkloadOptions {
    const { nodeSelector, ...pod } = options.pod ?? {};
    const own = { [OWN]: this.#driver.namespace, ...(isFields(nodeSelector) ? nodeSelector : {}) };
    return { ...options, pod: { ...pod, nodeSelector: own } };
  }

  #nodeName(name: string): string {
    return `${this.#driver.namespace}-${name}`;
  }

  async #project(): Promise<unknown> {
    const [deploymentList, setList, statefulList, jobList, budgetList, podList, nodeList] = await Promise.all([
      this.#list(deployments),
      this.#list(replicaSets),
      this.#list(statefulSets),
      this.#list(jobs),
      this.#list(disruptionBudgets),
      this.#list(pods),
      this.#list(nodes),
    ]);
    const world = {
      deployments: deploymentList,
      replicaSets: setList,
      statefulSets: statefulList,
      jobs: jobList,
      budgets: budgetList,
      pods: podList,
      nodes: nodeList.filter(({ metadata }) => this.#nodes.has(metadata.name)),
    };
    return projected(world, this.#driver.namespace);
  }

  async #pods(): Promise<readonly KubernetesObject[]> {
    return (await this.#list(pods)).toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  /** Of what the scenario has not brought about there is none. */
  async #list(type: ResourceType): Promise<readonly KubernetesObject[]> {
    if (!this.#kinds.has(type)) {
      return [];
    }
    const where = type.isNamespaced ? { namespace: this.#driver.namespace } : {};
    const { items } = await this.#driver.kubernetes.list({ type, ...where }, this.#signal);
    return items.filter(({ metadata }) => !isProbe(metadata.name));
  }

  async #create(type: ResourceType, apiVersion: string, spec: Fields): Promise<void> {
    const made = manifest(apiVersion, type.kind, this.#driver.namespace, spec);
    for (const kind of [type, pods, ...(type === deployments ? [replicaSets] : [])]) {
      this.#kinds.add(kind);
    }
    await this.#driver.kubernetes.create({ type, manifest: made, fieldManager }, this.#signal);
  }

  async #patch(type: ResourceType, name: string, body: Fields): Promise<void> {
    const key = { name, namespace: this.#driver.namespace };
    await this.#driver.kubernetes.patch({ type, key, body, fieldManager }, this.#signal);
  }

  async #report(which: readonly KubernetesObject[], phase: string, ready: 'True' | 'False'): Promise<void> {
    for (const pod of which) {
      const conditions = [
        { type: 'PodScheduled', status: 'True' },
        { type: 'Ready', status: ready, lastTransitionTime: pod.metadata.creationTimestamp },
      ];
      const body = { status: { phase, conditions } };
      const { name, namespace } = pod.metadata;
      const key = { name, namespace };
      await this.#driver.kubernetes.patch({ type: pods, key, body, subresource: 'status', fieldManager }, this.#signal);
    }
  }

  async #deletePod({ metadata }: KubernetesObject, gracePeriodSeconds?: number): Promise<void> {
    const { name, namespace } = metadata;
    const grace = gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds };
    await this.#driver.kubernetes.delete({ type: pods, key: { name, namespace }, ...grace }, this.#signal);
  }
}

function isPlaced(pod: KubernetesObject): boolean {
  return textAt(pod, 'spec', 'nodeName') !== undefined;
}
