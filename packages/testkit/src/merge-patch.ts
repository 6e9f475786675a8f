import type { KubernetesObject } from '@kaito/controller-runtime';

/** A JSON merge patch (RFC 7386) on an object. */
export function merged(object: KubernetesObject, patch: object): KubernetesObject {
  const next = mergedRecord({ ...object }, { ...patch });
  if (!isObject(next)) {
    throw new Error('a patch cannot remove metadata');
  }
  return next;
}

function isObject(fields: Record): fields is KubernetesObject {
  return isRecord(fields['metadata']);
}

type Record = Readonly<{ [field: string]: unknown }>;

function mergedRecord(current: Record, patch: Record): Record {
  const fields = new Map(Object.entries(current));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) {
      fields.delete(name);
    } else if (isRecord(value)) {
      const before = fields.get(name);
      fields.set(name, mergedRecord(isRecord(before) ? before : {}, value));
    } else {
      fields.set(name, structuredClone(value));
    }
  }
  return Object.fromEntries(fields);
}

function isRecord(value: unknown): value is Record {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
