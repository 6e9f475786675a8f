import type { ObjectMeta } from '@kaito/types';

import type { ReleasedRuntime } from '../spec/preset-runtime.ts';
import type { Flags } from '../spec/presets.ts';
import { headlessName } from './headless-service.ts';
import {
  configMount,
  gpuResources,
  httpProbe,
  pullSecrets,
  sharedMemoryMount,
  volumeMountsOf,
  volumesOf,
} from './pod-parts.ts';
import type { Mount } from './pod-parts.ts';
import { RENDEZVOUS_PORT, SERVER_PORT } from './service.ts';

interface Scale {
  readonly gpus: number;
  readonly count: number;
}

/**
 * A published image, with the command, probes and volumes that its release gave it. It runs as root and writes where
 * it likes, so that the restricted Pod Security Standard refuses it; what it does not need is taken from it all the same.
 */
export function releasedPodSpec(runtime: ReleasedRuntime, workspace: ObjectMeta, scale: Scale): object {
  const mounts = mountsOf(runtime, scale);
  const health = runtime.version === 'v0.3.2' ? '/healthz' : '/health';
  return {
    automountServiceAccountToken: false,
    ...pullSecrets(runtime.imagePullSecrets),
    containers: [
      {
        name: workspace.name,
        image: runtime.image,
        command: ['/bin/sh', '-c', shellCommand(runtime, workspace, scale)],
        ports: [{ containerPort: SERVER_PORT, protocol: 'TCP' }],
        ...gpuResources(scale.gpus),
        livenessProbe: httpProbe(health, { initialDelaySeconds: 600, periodSeconds: 10 }),
        readinessProbe: httpProbe(health, { initialDelaySeconds: 30, periodSeconds: 10 }),
        securityContext: { allowPrivilegeEscalation: false },
        ...volumeMountsOf(mounts),
      },
    ],
    ...volumesOf(mounts),
  };
}

function mountsOf({ version, config }: ReleasedRuntime, { gpus, count }: Scale): readonly Mount[] {
  const isShared = version === 'v0.3.2' ? count > 1 : gpus > 1;
  return [...(isShared ? [sharedMemoryMount()] : []), ...(version === 'v0.3.2' ? [] : configMount(config))];
}

function shellCommand(runtime: ReleasedRuntime, workspace: ObjectMeta, { gpus, count }: Scale): string {
  const { transformers, vllm } = runtime.release;
  if (runtime.engine === 'vllm' && vllm !== undefined) {
    return withFlags(vllm.command, {
      ...vllm.run,
      'served-model-name': vllm.servedModelName,
      ...(vllm.isTensorParallel ? { 'tensor-parallel-size': String(gpus) } : {}),
      ...(runtime.config === undefined ? {} : { 'kaito-config-file': '/mnt/config/inference_config.yaml' }),
    });
  }
  const launcher = withFlags(transformers.launcher, {
    ...transformers.launch,
    ...transformers.rendezvous,
    ...(runtime.release.isDistributed ? meeting(workspace, runtime.release.gpus, count) : {}),
  });
  return `${launcher} ${withFlags(transformers.script, transformers.run)}`;
}

/** How the processes of a model that is spread over several pods find one another (workspace.md 7.2). */
function meeting({ name, namespace = '' }: ObjectMeta, processes: number, count: number): Flags {
  const first = `${name}-0.${headlessName(name)}.${namespace}.svc.cluster.local`;
  return {
    nnodes: String(count),
    nproc_per_node: String(processes / count),
    // The shell of the container reads its own number off its name.
    ...(count === 1 ? {} : { node_rank: "$(echo $HOSTNAME | grep -o '[^-]*$')", master_addr: first }),
    rdzv_id: 'job',
    rdzv_endpoint: `${first}:${RENDEZVOUS_PORT}`,
  };
}

/** In alphabetical order, so that the same preset gives the same pod each time. */
function withFlags(command: string, flags: Flags): string {
  const words = Object.entries(flags)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([flag, value]) => (value === '' ? `--${flag}` : `--${flag}=${value}`));
  return [command, ...words].join(' ');
}
