import type { Manifest } from '@kaito/controller-runtime';

type Fields = Readonly<Record<string, unknown>>;

const APP: Readonly<Record<string, string>> = { app: 'phi' };

export interface WorkloadOptions {
  readonly replicas?: number;
  readonly image?: string;
  readonly gpus?: number;
  /** Of the pods. */
  readonly pod?: Fields;
  /** Beside replicas, selector and template. */
  readonly spec?: Fields;
}

const ONE_BY_ONE = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };

export function deploymentSpec(options: WorkloadOptions): Fields {
  return { strategy: ONE_BY_ONE, ...workloadSpec(options), ...options.spec };
}

export function workloadSpec(options: WorkloadOptions): Fields {
  const { replicas = 1 } = options;
  return { replicas, selector: { matchLabels: APP }, template: template(options) };
}

export function template({ gpus = 0, image = 'server:1', pod }: WorkloadOptions): Fields {
  const resources = gpus === 0 ? {} : { resources: { limits: { 'nvidia.com/gpu': String(gpus) } } };
  return {
    metadata: { labels: APP },
    spec: {
      automountServiceAccountToken: false,
      containers: [{ name: 'server', image, ...resources }],
      ...pod,
    },
  };
}

export function manifest(apiVersion: string, kind: string, namespace: string, spec: Fields): Manifest {
  return { apiVersion, kind, metadata: { name: 'phi', namespace }, spec };
}
