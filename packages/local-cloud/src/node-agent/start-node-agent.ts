import { mkdir, readdir, rm } from 'node:fs/promises';
import type { Server } from 'node:https';
import path from 'node:path';

import { eventRecorder, informer } from '@kaito/controller-runtime';
import type { Clock, EventRecorder, Informer, Kubernetes, Logger } from '@kaito/controller-runtime';

import { supportedMountMode } from './adapters/container-root.ts';
import type { MountMode } from './adapters/container-root.ts';
import { Guardian } from './adapters/guardian.ts';
import { serveKubelet } from './adapters/kubelet-server.ts';
import type { KubeletServerOptions } from './adapters/kubelet-server.ts';
import { Registrations } from './adapters/registrations.ts';
import { serviceAddressesFile } from './adapters/service-addresses-file.ts';
import { ServiceProxy } from './adapters/service-proxy.ts';
import { VmStream } from './adapters/vm-stream.ts';
import { podAddresses } from './core/addresses.ts';
import { adopting } from './core/adoption.ts';
import type { Adopts } from './core/adoption.ts';
import type { ImageProgram } from './core/image.ts';
import type { AgentNode } from './core/node.ts';
import type { GpuSource } from './core/node-plan.ts';
import type { AgentPod } from './core/pod.ts';
import type { AgentService, EndpointSlice, Target } from './core/service-rules.ts';
import { containerLogs } from './container-logs.ts';
import { DevicePlugins } from './device-plugins.ts';
import { leaseKeeper, nodeKeeper } from './node-keeper.ts';
import { agentNodes, agentPods, agentServices, endpointSlices } from './objects.ts';
import { HostFactory } from './host-factory.ts';
import { PodKeeper } from './pod-keeper.ts';
import { BY_SERVICE, serviceKeeper, serviceOfSlice } from './service-keeper.ts';

export interface NodeAgentOptions {
  readonly kubernetes: Kubernetes;
  /** What the ClusterIP of `default/kubernetes` stands for. */
  readonly apiServer: Target;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly simulator: { readonly endpoint: string; readonly caPem?: string | undefined };
  /** Volumes, logs and notes go here. */
  readonly directory: string;
  /** Loopback addresses for the pods' programs. */
  readonly podCidr: string;
  readonly images: readonly ImageProgram[];
  /** Where programs of the image table are started. */
  readonly programDirectory: string;
  /** Given to every container. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly kubelet: Omit<KubeletServerOptions, 'logs'>;
  /** Where each Service is listened on is kept in this file. */
  readonly serviceAddressesFile?: string | undefined;
  /** One second of the cloud takes this many seconds. */
  readonly timeScale: number;
  /** Absent: mount namespaces where the machine allows them. */
  readonly mountMode?: MountMode | undefined;
  readonly gpuSource?: GpuSource;
  /** Register a Node again that somebody deleted while its machine lives. */
  readonly isReRegistered?: boolean;
  /** Nodes with this label, which somebody else makes, have their kubelet here too: `key=value`. */
  readonly adoptedNodes?: string | undefined;
}

export interface NodeAgent {
  readonly kubeletPort: number;
  readonly mountMode: MountMode;
  /** Ends every pod's programs and returns when they have ended; nothing is told to the API server. */
  stop(): Promise<void>;
}

/** In seconds of the cloud. */
const NODE_READY_SECONDS = 20;
const GPUS_SECONDS = 30;
const RESTART_SECONDS = 10;
const LONGEST_RESTART_SECONDS = 300;
const RETRY_SECONDS = 10;
/** Not scaled: nobody waits for it. */
const STATUS_HEARTBEAT_MS = 300_000;

/**
 * Stands for the kubelet, the device plugin and kube-proxy of every machine of the simulated cloud. Returns once
 * it knows all pods; rejects when the signal aborts before.
 */
export async function startNodeAgent(options: NodeAgentOptions, starting?: AbortSignal): Promise<NodeAgent> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const giveUp = (): void => {
    stopping.abort(starting?.reason);
  };
  starting?.addEventListener('abort', giveUp, { once: true });
  await mkdir(options.directory, { recursive: true });
  const agent = await assemble(options, signal);
  const running = [
    ...agent.informers.map(async (one) => one.run(signal)),
    ...agent.runners.map(async (one) => one.run(signal)),
  ];
  const stop = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(running);
    await agent.close();
  };
  try {
    await agent.pods.synced(signal);
  } catch (error) {
    await stop();
    throw error;
  } finally {
    starting?.removeEventListener('abort', giveUp);
  }
  await removeLeftovers(options.directory, agent.pods);
  running.push(agent.podKeeper.run(signal));
  return { kubeletPort: agent.kubeletPort, mountMode: agent.mountMode, stop };
}

interface Assembled {
  readonly kubeletPort: number;
  readonly mountMode: MountMode;
  readonly informers: readonly { run(signal: AbortSignal): Promise<void> }[];
  readonly runners: readonly { run(signal: AbortSignal): Promise<void> }[];
  readonly pods: Informer<AgentPod>;
  readonly podKeeper: PodKeeper;
  close(): Promise<void>;
}

async function assemble(options: NodeAgentOptions, signal: AbortSignal): Promise<Assembled> {
  const { clock, directory, logger, simulator } = options;
  const mountMode = options.mountMode ?? (await supportedMountMode(directory));
  const addresses = podAddresses(options.podCidr);
  const caches = informersOf(options);
  const adopts = adopting(options.adoptedNodes);
  const vms = new VmStream({ endpoint: simulator.endpoint, caPem: simulator.caPem, clock, logger });
  const plugins = new DevicePlugins(clock);
  const guardian = new Guardian();
  const proxy: ServiceProxy = new ServiceProxy(
    logger,
    serviceAddressesFile(options.serviceAddressesFile, () => proxy.list()),
  );
  const hosts = new HostFactory({ ...options, ...caches, mountMode, addresses, guardian, proxy, plugins });
  const podKeeper: PodKeeper = new PodKeeper({
    ...options,
    pods: caches.pods,
    events: recorder(options, signal),
    delays: restartDelays(options.timeScale),
    isOurs: (node) => vms.get(node)?.state === 'Running' || adopts(caches.nodes.cache.get(node)),
    newHost: (pod) => hosts.newHost(pod),
  });
  const { server, port } = await serveKubelet({ ...options.kubelet, logs: containerLogs(podKeeper) });
  const rules = nodeRules(options, port);
  const registrations = await Registrations.open(directory);
  const nodeOptions = {
    ...options,
    vms,
    nodes: caches.nodes,
    adopts,
    registrations,
    rules,
    pluginSinceMs: (node: string) => plugins.sinceMs(node),
  };
  const nodes = nodeKeeper(nodeOptions);
  plugins.onChange((node) => {
    nodes.enqueue(node);
  });
  tellOfNodes(podKeeper, vms, caches.nodes, adopts);
  const services = serviceKeeper({ ...options, ...caches, proxy, reach: (address) => addresses.reach(address) });
  return {
    kubeletPort: port,
    mountMode,
    informers: Object.values(caches),
    runners: [vms, nodes, leaseKeeper(nodeOptions), services],
    pods: caches.pods,
    podKeeper,
    close: async () => {
      guardian.stop();
      proxy.close();
      await closed(server);
    },
  };
}

function tellOfNodes(keeper: PodKeeper, vms: VmStream, nodes: Informer<AgentNode>, adopts: Adopts): void {
  vms.onChange((name) => {
    keeper.nodeChanged(name);
  });
  nodes.onChange(({ before, after }) => {
    const name = (after ?? before)?.metadata.name;
    if (name !== undefined && adopts(before) !== adopts(after)) {
      keeper.nodeChanged(name);
    }
  });
}

interface Caches {
  readonly pods: Informer<AgentPod>;
  readonly nodes: Informer<AgentNode>;
  readonly services: Informer<AgentService>;
  readonly slices: Informer<EndpointSlice>;
}

function informersOf(options: NodeAgentOptions): Caches {
  return {
    pods: informer({ ...options, kind: agentPods, selection: { fieldSelector: 'spec.nodeName!=' } }),
    nodes: informer({ ...options, kind: agentNodes }),
    services: informer({ ...options, kind: agentServices }),
    slices: informer({ ...options, kind: endpointSlices, indexes: { [BY_SERVICE]: serviceOfSlice } }),
  };
}

function recorder({ kubernetes, clock, logger }: NodeAgentOptions, signal: AbortSignal): EventRecorder {
  const reporting = { reportingController: 'kaito.sh/node-agent', reportingInstance: 'node-agent' };
  return eventRecorder({ kubernetes, clock, logger, ...reporting, signal });
}

function restartDelays(scale: number) {
  const ms = scale * 1000;
  return {
    restart: { initialMs: RESTART_SECONDS * ms, maxMs: LONGEST_RESTART_SECONDS * ms },
    retryMs: RETRY_SECONDS * ms,
  };
}

function nodeRules(options: NodeAgentOptions, port: number) {
  const ms = options.timeScale * 1000;
  const rules = {
    delays: {
      readyAfterMs: NODE_READY_SECONDS * ms,
      gpusAfterMs: GPUS_SECONDS * ms,
      heartbeatEveryMs: STATUS_HEARTBEAT_MS,
    },
    gpuSource: options.gpuSource ?? 'delay',
    endpoint: { address: options.kubelet.host, port },
    isReRegistered: options.isReRegistered ?? false,
  };
  return () => rules;
}

/** What pods left behind that ended while no agent was there. */
async function removeLeftovers(directory: string, pods: Informer<AgentPod>): Promise<void> {
  const present = new Set(pods.cache.list().map(({ metadata }) => metadata.uid));
  const root = path.join(directory, 'pods');
  const names = await readdir(root).catch(() => []);
  for (const name of names.filter((uid) => !present.has(uid))) {
    await rm(path.join(root, name), { recursive: true, force: true });
  }
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
