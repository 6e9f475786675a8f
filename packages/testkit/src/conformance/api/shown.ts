import { isApiError } from '@kaito/controller-runtime';
import type { KubernetesObject } from '@kaito/controller-runtime';

import { fieldsOf, isFields, isList } from '../../api-server/json.ts';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gu;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/gu;

/** Makes two servers' answers comparable: uids, versions and times become the order in which they were first seen. */
export class Shown {
  readonly #uids = new Map<string, string>();
  readonly #versions = new Map<string, string>();

  object(object: KubernetesObject): unknown {
    const { managedFields: _, creationTimestamp, ...metadata } = fieldsOf(object.metadata);
    const { resourceVersion, uid } = metadata;
    this.#text(String(uid));
    return this.#value({
      ...object,
      metadata: {
        ...metadata,
        resourceVersion: this.version(String(resourceVersion)),
        ...(typeof creationTimestamp === 'string' && { creationTimestamp: 'TIME' }),
      },
    });
  }

  /** `text` and `field` may hide more. */
  anything(
    value: unknown,
    text: (text: string) => string = (same) => same,
    field: (name: string, value: unknown) => unknown = (_, same) => same,
  ): unknown {
    if (isList(value)) {
      return value.map((item) => this.anything(item, text, field));
    }
    if (isFields(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [
          this.#text(name),
          field(name, this.anything(inner, text, field)),
        ]),
      );
    }
    return typeof value === 'string' ? text(this.#text(value)) : value;
  }

  version(version: string): string {
    return ordinal(this.#versions, version, 'version');
  }

  error(error: unknown): unknown {
    if (!isApiError(error)) {
      throw error;
    }
    const { kind, status, retryAfterMs } = error;
    const message = this.#text(error.message)
      .replace(/resource version: \S+ \(\d+\)/u, 'resource version: OLD (NEW)')
      .replace(/(precondition|in record) \(\d+\)/gu, '$1 (VERSION)')
      .replace(/patch: Invalid value: "\{.*\}": /u, 'patch: Invalid value: THE PATCHED OBJECT: ');
    return { error: kind, status, message: sorted(message), ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }

  #value(value: unknown): unknown {
    if (isList(value)) {
      return value.map((item) => this.#value(item));
    }
    if (isFields(value)) {
      return Object.fromEntries(Object.entries(value).map(([name, field]) => [this.#text(name), this.#value(field)]));
    }
    return typeof value === 'string' ? this.#text(value) : value;
  }

  #text(text: string): string {
    return text.replace(TIME, 'TIME').replace(UUID, (uid) => ordinal(this.#uids, uid, 'uid'));
  }
}

/** Several things that are wrong with an object come in no order. */
function sorted(message: string): string {
  const [, before, list] = /^(.* is invalid: )\[(.*)\]$/u.exec(message) ?? [];
  return list === undefined ? message : `${before ?? ''}[${list.split(', ').toSorted().join(', ')}]`;
}

function ordinal(known: Map<string, string>, value: string, name: string): string {
  let shown = known.get(value);
  if (shown === undefined) {
    shown = `${name} ${known.size + 1}`;
    known.set(value, shown);
  }
  return shown;
}

/** What is looked at of an object. */
export type Projection = (object: KubernetesObject) => unknown;
