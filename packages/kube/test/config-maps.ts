import type { Manifest, ObjectMeta, WatchedKind } from '@kaito/controller-runtime';

/** Objects that every API server serves and nobody acts upon. */
export interface ConfigMap {
  readonly metadata: ObjectMeta;
  readonly data: Readonly<Record<string, string>>;
}

export const configMaps: WatchedKind<ConfigMap> = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  isNamespaced: true,
  schema: {
    safeParse: (raw) =>
      isConfigMap(raw)
        ? { success: true, data: { metadata: raw.metadata, data: raw.data } }
        : { success: false, error: new Error('no config map') },
  },
};

export function configMap(name: string, text = 'text', labels: Readonly<Record<string, string>> = {}): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', labels }, data: { text } };
}

function isConfigMap(raw: unknown): raw is ConfigMap {
  return typeof raw === 'object' && raw !== null && 'metadata' in raw && 'data' in raw;
}
