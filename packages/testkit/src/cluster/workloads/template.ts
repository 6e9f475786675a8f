import type { KubernetesObject, Manifest, ResourceType } from '@kaito/controller-runtime';

import { fieldsOf, valueAt } from '../../api-server/json.ts';
import type { Fields } from '../../api-server/json.ts';

/** What a controller adds to the pods of its template. */
export interface PodOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: Fields;
  readonly name?: string;
  readonly finalizers?: readonly string[];
}

export function templateOf(owner: KubernetesObject): Fields {
  return fieldsOf(valueAt(owner, ['spec', 'template']));
}

/** A pod of the owner's template; its name is generated unless there is one. */
export function podOf(owner: KubernetesObject, type: ResourceType, options: PodOptions = {}): Manifest {
  const { metadata, spec } = templateOf(owner);
  const { annotations, labels } = fieldsOf(metadata);
  const { name, namespace } = owner.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(options.name === undefined ? { generateName: `${name}-` } : { name: options.name }),
      ...(namespace !== undefined && { namespace }),
      labels: { ...fieldsOf(labels), ...options.labels },
      ...(annotations !== undefined && { annotations }),
      ...(options.finalizers !== undefined && { finalizers: options.finalizers }),
      ownerReferences: [controllerReference(owner, type)],
    },
    spec: options.spec === undefined ? spec : { ...fieldsOf(spec), ...options.spec },
  };
}

export function controllerReference({ metadata }: KubernetesObject, { group, kind, version }: ResourceType): Fields {
  return {
    apiVersion: `${group}/${version}`,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const hashes = new WeakMap<object, string>();

/** Ten characters that tell templates apart, the same for the same template. */
export function templateHash(template: Fields): string {
  const found = hashes.get(template) ?? spelled(`${hashOf(JSON.stringify(template))}`);
  hashes.set(template, found);
  return found;
}

function hashOf(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}

function spelled(digits: string): string {
  return Array.from(digits, (digit) => ALPHABET.charAt(Number(digit) * 2)).join('');
}
