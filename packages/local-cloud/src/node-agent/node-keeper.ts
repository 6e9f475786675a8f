import { controller, isApiError } from '@kaito/controller-runtime';
import type { Clock, Controller, Informer, Kubernetes, Logger, ResourceType } from '@kaito/controller-runtime';
import { fieldManagers } from '@kaito/types';

import type { Registrations } from './adapters/registrations.ts';
import type { VmStream } from './adapters/vm-stream.ts';
import type { Adopts } from './core/adoption.ts';
import type { AgentNode } from './core/node.ts';
import { isOfEarlierMachine, nodePlan } from './core/node-plan.ts';
import type { NodeAction, NodeRules, ObservedNode } from './core/node-plan.ts';
import type { Vm } from './core/vm.ts';
import { agentNodes } from './objects.ts';

export interface NodeKeeperOptions {
  readonly kubernetes: Kubernetes;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly vms: VmStream;
  readonly nodes: Informer<AgentNode>;
  readonly adopts: Adopts;
  readonly registrations: Registrations;
  readonly rules: () => NodeRules;
  /** Since when a device plugin runs on the node. */
  readonly pluginSinceMs: (node: string) => number | undefined;
}

const WORKERS = 8;
const fieldManager = fieldManagers.nodeAgent;

/** One Node for each running machine, as its kubelet would keep it; Nodes that somebody else makes are kept Ready. */
export function nodeKeeper(options: NodeKeeperOptions): Controller {
  const { vms, nodes, rules } = options;
  const keeper = controller({
    ...options,
    name: 'nodes',
    kind: 'Node',
    workers: WORKERS,
    informers: [vms],
    reconcile: async (name, signal) => {
      const observed = await observe(name, options);
      if (observed === undefined) {
        return undefined;
      }
      const { actions, requeueAfterMs } = nodePlan(observed, rules());
      for (const action of actions) {
        await execute(action, name, observed, { options, signal });
      }
      if (observed.vm === undefined && observed.node === undefined) {
        await options.registrations.remove(name);
      }
      return requeueAfterMs;
    },
  });
  vms.onChange((name) => {
    keeper.enqueue(name);
  });
  keeper.watch(nodes, ({ before, after }) => {
    const name = (after ?? before)?.metadata.name;
    return name === undefined ? [] : [name];
  });
  for (const name of options.registrations.names()) {
    keeper.enqueue(name); // its machine may have gone while no agent was there
  }
  return keeper;
}

/** Undefined: a Node that is not ours. */
async function observe(name: string, options: NodeKeeperOptions): Promise<ObservedNode | undefined> {
  const { vms, nodes, adopts, registrations, clock, pluginSinceMs } = options;
  const vm = vms.get(name);
  const node = nodes.cache.get(name);
  const nowMs = clock.now().getTime();
  if (vm === undefined && adopts(node)) {
    return { vm, node, nowMs, record: {}, isAdopted: true };
  }
  if (vm === undefined && !registrations.has(name)) {
    return undefined;
  }
  if (
    vm !== undefined &&
    node !== undefined &&
    !isOfEarlierMachine(node, vm) &&
    registrations.registeredAtMs(vm) === undefined
  ) {
    await registrations.add(vm, Date.parse(node.metadata.creationTimestamp)); // by an agent whose notes are lost
  }
  const registeredAtMs = vm === undefined ? undefined : registrations.registeredAtMs(vm);
  const record = { registeredAtMs, pluginSinceMs: pluginSinceMs(name) };
  return { vm, node, nowMs, record, isAdopted: false };
}

interface Execution {
  readonly options: NodeKeeperOptions;
  readonly signal: AbortSignal;
}

async function execute(
  action: NodeAction,
  name: string,
  { vm, node }: ObservedNode,
  { options, signal }: Execution,
): Promise<void> {
  const { kubernetes, nodes, logger } = options;
  switch (action.kind) {
    case 'Register':
      if (vm !== undefined) {
        await register(action.manifest, vm, { options, signal });
      }
      return;
    case 'PatchStatus':
      nodes.cache.observe(
        await kubernetes.patch(
          { type: agentNodes, key: { name }, subresource: 'status', body: action.body, fieldManager },
          signal,
        ),
      );
      return;
    case 'SetTaints':
      nodes.cache.observe(
        await kubernetes.patch(
          {
            type: agentNodes,
            key: { name },
            // Others write taints too: theirs must not be lost.
            body: {
              metadata: { resourceVersion: node?.metadata.resourceVersion },
              spec: { taints: action.taints },
            },
            fieldManager,
          },
          signal,
        ),
      );
      return;
    case 'Delete':
      logger.info({ node: name }, 'Deleting the node of a machine that is gone');
      await kubernetes.delete({ type: agentNodes, key: { name }, preconditions: { uid: action.uid } }, signal);
      return;
  }
}

async function register(manifest: Record<string, unknown>, vm: Vm, { options, signal }: Execution): Promise<void> {
  const { kubernetes, nodes, registrations, clock, logger } = options;
  logger.info({ node: vm.name }, 'Registering a node');
  try {
    const created = await kubernetes.create(
      {
        type: agentNodes,
        manifest: { apiVersion: 'v1', kind: 'Node', metadata: { name: vm.name }, ...manifest },
        fieldManager,
      },
      signal,
    );
    nodes.cache.observe(created);
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) {
      throw error;
    }
  }
  await registrations.add(vm, clock.now().getTime());
}

const leases: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  isNamespaced: true,
};
const LEASE_NAMESPACE = 'kube-node-lease';
const RENEW_EVERY_MS = 10_000;
const LEASE_DURATION_SECONDS = 40;

/** The heartbeat of each Node whose machine runs: one write every ten seconds. */
export function leaseKeeper(options: NodeKeeperOptions): Controller {
  const { vms, nodes, adopts } = options;
  const keeper = controller({
    ...options,
    name: 'node-leases',
    workers: WORKERS,
    informers: [vms],
    reconcile: async (name, signal) => {
      const node = nodes.cache.get(name);
      if (node === undefined || (vms.get(name)?.state !== 'Running' && !adopts(node))) {
        return undefined;
      }
      await renew(node, options, signal);
      return RENEW_EVERY_MS;
    },
  });
  vms.onChange((name) => {
    keeper.enqueue(name);
  });
  keeper.watch(nodes, ({ before, after }) =>
    after !== undefined && before?.metadata.uid !== after.metadata.uid ? [after.metadata.name] : [],
  );
  return keeper;
}

async function renew(node: AgentNode, { kubernetes, clock }: NodeKeeperOptions, signal: AbortSignal): Promise<void> {
  const { name, uid } = node.metadata;
  const renewTime = clock.now().toISOString().replace('Z', '000Z'); // microseconds
  const key = { name, namespace: LEASE_NAMESPACE };
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid }];
  try {
    await kubernetes.patch(
      { type: leases, key, body: { metadata: { ownerReferences }, spec: { renewTime } }, fieldManager },
      signal,
    );
  } catch (error) {
    if (!isApiError(error, 'NotFound')) {
      throw error;
    }
    const spec = { holderIdentity: name, leaseDurationSeconds: LEASE_DURATION_SECONDS, renewTime };
    const metadata = { ...key, ownerReferences };
    const manifest = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
    await kubernetes.create({ type: leases, manifest, fieldManager }, signal);
  }
}
