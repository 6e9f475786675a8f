import type { OwnRuntime } from '../spec/preset-runtime.ts';
import { configMount, gpuResources, httpProbe, volumeMountsOf, volumesOf } from './pod-parts.ts';
import type { Mount } from './pod-parts.ts';
import { SERVER_PORT } from './service.ts';

const WEIGHTS: Mount = { name: 'weights', path: '/workspace/weights', source: { emptyDir: {} } };

/** The user that the image runs as; it must be able to write the weights. */
const USER = 1000;

/** Our own inference server. It needs nothing from the cluster's API and no privilege. */
export function ownPodSpec(runtime: OwnRuntime, name: string, gpus: number): object {
  const mounts = [WEIGHTS, ...configMount(runtime.config)];
  return {
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      fsGroup: USER,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name,
        image: runtime.image,
        args: ['--model', runtime.model, '--served-model-name', runtime.preset.served, '--port', String(SERVER_PORT)],
        ...environment(runtime),
        ports: [{ containerPort: SERVER_PORT, protocol: 'TCP' }],
        ...gpuResources(gpus),
        startupProbe: httpProbe('/health', { periodSeconds: 1, failureThreshold: runtime.readinessSeconds }),
        readinessProbe: httpProbe('/health', { periodSeconds: 10 }),
        livenessProbe: httpProbe('/health', { periodSeconds: 10 }),
        // The server writes nothing but the weights.
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        ...volumeMountsOf(mounts),
      },
    ],
    ...volumesOf(mounts),
  };
}

function environment({ hubEndpoint, accessSecret }: OwnRuntime): object {
  const env = [
    ...(hubEndpoint === undefined ? [] : [{ name: 'HF_ENDPOINT', value: hubEndpoint }]),
    ...(accessSecret === undefined
      ? []
      : [{ name: 'HF_TOKEN', valueFrom: { secretKeyRef: { name: accessSecret, key: 'HF_TOKEN', optional: true } } }]),
  ];
  return env.length === 0 ? {} : { env };
}
