import { SERVER_PORT } from './service.ts';

/** A volume with the place where the container finds it. */
export interface Mount {
  readonly name: string;
  readonly path: string;
  readonly source: object;
}

export function volumesOf(mounts: readonly Mount[]): object {
  return mounts.length === 0 ? {} : { volumes: mounts.map(({ name, source }) => ({ name, ...source })) };
}

export function volumeMountsOf(mounts: readonly Mount[]): object {
  return mounts.length === 0 ? {} : { volumeMounts: mounts.map(({ name, path }) => ({ name, mountPath: path })) };
}

/** The user's ConfigMap, when he names one. */
export function configMount(config: string | undefined): readonly Mount[] {
  return config === undefined
    ? []
    : [{ name: 'config-volume', path: '/mnt/config', source: { configMap: { name: config } } }];
}

/** Processes that share a model between GPUs talk through shared memory, of which a container has little by itself. */
export function sharedMemoryMount(): Mount {
  return { name: 'dshm', path: '/dev/shm', source: { emptyDir: { medium: 'Memory' } } };
}

export function gpuResources(gpus: number): object {
  const quantities = { 'nvidia.com/gpu': String(gpus) };
  return gpus === 0 ? {} : { resources: { requests: quantities, limits: quantities } };
}

export function httpProbe(path: string, timing: object): object {
  return { httpGet: { path, port: SERVER_PORT }, ...timing };
}

export function pullSecrets(names: readonly string[]): object {
  return names.length === 0 ? {} : { imagePullSecrets: names.map((name) => ({ name })) };
}
