import type { KubernetesObject, Logger, Manifest, ObjectMeta, WatchedKind } from '@kaito/controller-runtime';

/** A kind of no meaning. */
export interface Note {
  readonly metadata: ObjectMeta;
  readonly spec: { readonly text: string };
}

export const notes: WatchedKind<Note> = {
  group: 'kaito.sh',
  version: 'v1',
  plural: 'notes',
  kind: 'Note',
  isNamespaced: true,
  schema: {
    safeParse: (raw) =>
      isNote(raw)
        ? { success: true, data: { metadata: raw.metadata, spec: { text: raw.spec.text } } }
        : { success: false, error: new Error('spec.text: expected a string') },
  },
};

function isNote(raw: unknown): raw is Note {
  if (typeof raw !== 'object' || raw === null || !('spec' in raw)) {
    return false;
  }
  const { spec } = raw;
  return typeof spec === 'object' && spec !== null && 'text' in spec && typeof spec.text === 'string';
}

/** As it is sent. */
export function noteManifest(
  name: string,
  text: unknown = 'text',
  labels?: Readonly<Record<string, string>>,
): Manifest {
  return {
    apiVersion: 'kaito.sh/v1',
    kind: 'Note',
    metadata: { name, namespace: 'default', ...(labels !== undefined && { labels }) },
    spec: { text },
  };
}

/** As the API server answers it. */
export function aNote(
  name: string,
  resourceVersion: number,
  { uid = `uid-${name}`, text = 'text' } = {},
): KubernetesObject {
  return {
    metadata: {
      name,
      namespace: 'default',
      uid,
      resourceVersion: String(resourceVersion),
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec: { text },
  };
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Keeps what is logged. */
export function recordingLogger(lines: LogLine[], bound: object = {}): Logger {
  const at = (level: LogLine['level']) => (fields: object, message: string) => {
    lines.push({ level, message, fields: { ...bound, ...fields } });
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => recordingLogger(lines, { ...bound, ...fields }),
  };
}
