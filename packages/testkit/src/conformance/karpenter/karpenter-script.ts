import type { KubernetesObject, Manifest, ResourceType } from '@kaito/controller-runtime';
import { labels, nodeClaims, nodePools, nodes, pods } from '@kaito/types';
import type { ObjectMeta } from '@kaito/types';

import { fieldsOf } from '../../api-server/json.ts';
import { disruptionBudgets } from '../../cluster/kinds.ts';
import { byName, isLeaving } from '../../cluster/reading.ts';
import { taintsOf } from '../../cluster/scheduling/taints.ts';
import type { NodeTaint } from '../../cluster/scheduling/taints.ts';
import type { KarpenterDriver } from './karpenter-driver.ts';
import { events, projected, SCENARIO } from './karpenter-projection.ts';

const fieldManager = 'conformance';
const DEADLINE_MS = 280_000;
const SIZE = 'Standard_NC6s_v3';
const CLASS = { group: 'karpenter.kwok.sh', kind: 'KWOKNodeClass', name: 'default' };

export interface ClaimOptions {
  readonly size?: string;
  readonly nodeClass?: Readonly<Partial<typeof CLASS>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly expireAfter?: string;
  readonly taints?: readonly NodeTaint[];
  readonly startupTaints?: readonly NodeTaint[];
}

/** What people ask of Karpenter, and what they see. Everything is named without what tells scenarios apart. */
export class KarpenterScript {
  readonly seen: unknown[] = [];
  readonly #driver: KarpenterDriver;
  readonly #signal = AbortSignal.timeout(DEADLINE_MS);

  constructor(driver: KarpenterDriver) {
    this.#driver = driver;
  }

  /** Writes down everything there is once nothing moves any more. */
  async look(): Promise<void> {
    const at = this.seen.length;
    this.seen.push(await this.#driver.rest(async () => this.#project(), { at }));
  }

  async claim(name: string, options: ClaimOptions = {}): Promise<void> {
    const metadata = { name: this.#name(name), ...this.#marks(options) };
    await this.#create(nodeClaims, { metadata, spec: claimSpec(options) });
  }

  async pool(name: string, replicas: number, options: ClaimOptions = {}): Promise<void> {
    const template = { metadata: this.#marks(options), spec: claimSpec(options) };
    const disruption = { consolidateAfter: '0s', budgets: [{ nodes: '1', reasons: ['Drifted'] }] };
    const metadata = { name: this.#name(name), ...this.#marks() };
    await this.#create(nodePools, { metadata, spec: { replicas, template, disruption } });
  }

  async scale(pool: string, replicas: number): Promise<void> {
    await this.#patch(nodePools, this.#name(pool), { spec: { replicas } });
  }

  async deleteClaim(name: string): Promise<void> {
    await this.#delete(nodeClaims, { name: this.#name(name) });
  }

  /** The first of them by name. */
  async deleteClaimOf(pool: string): Promise<void> {
    const all = (await this.#list(nodeClaims)).filter((one) => !isLeaving(one)).toSorted(byName);
    const first = all.find(({ metadata }) => metadata.labels?.[labels.nodePool] === this.#name(pool));
    await this.#delete(nodeClaims, { name: first?.metadata.name ?? `claim of ${pool}` });
  }

  async deletePool(name: string): Promise<void> {
    await this.#delete(nodePools, { name: this.#name(name) });
  }

  async deleteNodeOf(claim: string): Promise<void> {
    await this.#delete(nodes, { name: await this.#nodeOf(claim) });
  }

  async silenceNodeOf(claim: string): Promise<void> {
    await this.#driver.silence(await this.#nodeOf(claim));
  }

  /** What whoever asked for the start-up taint does once he has started. */
  async untaintNodeOf(claim: string, key: string): Promise<void> {
    const name = await this.#nodeOf(claim);
    const node = await this.#driver.kubernetes.get({ type: nodes, key: { name } }, this.#signal);
    const taints = node === undefined ? [] : taintsOf(node).filter((taint) => taint.key !== key);
    await this.#patch(nodes, name, { spec: { taints } });
  }

  /** Without a scheduler, straight on the Node of the claim. */
  async podOn(claim: string, name: string, annotations: Readonly<Record<string, string>> = {}): Promise<void> {
    const metadata = { name, namespace: this.#driver.own, labels: { app: name }, annotations };
    const spec = {
      nodeName: await this.#nodeOf(claim),
      containers: [{ name: 'main', image: 'server:1' }],
      terminationGracePeriodSeconds: 1,
      tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists' }],
    };
    await this.#create(pods, { metadata, spec });
  }

  /** None of the pods of that name may be evicted. */
  async budgetFor(pod: string): Promise<void> {
    const metadata = { name: pod, namespace: this.#driver.own };
    await this.#create(disruptionBudgets, {
      metadata,
      spec: { minAvailable: 1, selector: { matchLabels: { app: pod } } },
    });
  }

  async deleteBudgetOf(pod: string): Promise<void> {
    await this.#delete(disruptionBudgets, { name: pod, namespace: this.#driver.own });
  }

  async deletePod(name: string): Promise<void> {
    await this.#delete(pods, { name, namespace: this.#driver.own });
  }

  async #project(): Promise<unknown> {
    const [claimList, poolList, nodeList, podList, eventList] = await Promise.all([
      this.#list(nodeClaims),
      this.#list(nodePools),
      this.#list(nodes),
      this.#list(pods, this.#driver.own),
      this.#list(events, 'default'),
    ]);
    const world = { claims: claimList, pools: poolList, nodes: nodeList, pods: podList, events: eventList };
    return projected(world, this.#driver.own);
  }

  async #nodeOf(claim: string): Promise<string> {
    const key = { name: this.#name(claim) };
    const found = await this.#driver.kubernetes.get({ type: nodeClaims, key }, this.#signal);
    const { nodeName } = fieldsOf(found?.['status']);
    return typeof nodeName === 'string' ? nodeName : `node of ${claim}`;
  }

  #name(name: string): string {
    return `${this.#driver.own}-${name}`;
  }

  #marks({ annotations = {}, labels: own = {} }: ClaimOptions = {}): Pick<ObjectMeta, 'labels' | 'annotations'> {
    return { labels: { ...own, [SCENARIO]: this.#driver.own }, annotations };
  }

  async #list(type: ResourceType, namespace?: string): Promise<readonly KubernetesObject[]> {
    const where = namespace === undefined ? {} : { namespace };
    return (await this.#driver.kubernetes.list({ type, ...where }, this.#signal)).items;
  }

  async #create(type: ResourceType, content: Pick<Manifest, 'metadata'> & { readonly spec: object }): Promise<void> {
    const apiVersion = type.group === '' ? type.version : `${type.group}/${type.version}`;
    const manifest = { ...content, apiVersion, kind: type.kind };
    await this.#driver.kubernetes.create({ type, manifest, fieldManager }, this.#signal);
  }

  async #patch(type: ResourceType, name: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#driver.kubernetes.patch({ type, key: { name }, body, fieldManager }, this.#signal);
  }

  async #delete(type: ResourceType, key: { readonly name: string; readonly namespace?: string }): Promise<void> {
    await this.#driver.kubernetes.delete({ type, key }, this.#signal);
  }
}

function claimSpec({ expireAfter, nodeClass, size = SIZE, startupTaints, taints }: ClaimOptions): object {
  return {
    nodeClassRef: { ...CLASS, ...nodeClass },
    requirements: [{ key: labels.instanceType, operator: 'In', values: [size] }],
    ...(expireAfter !== undefined && { expireAfter }),
    ...(taints !== undefined && { taints }),
    ...(startupTaints !== undefined && { startupTaints }),
  };
}
