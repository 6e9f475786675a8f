import type { KubernetesObject } from '@kaito/controller-runtime';

import { fieldsOf } from '../api-server/json.ts';
import type { Fields } from '../api-server/json.ts';
import { specOf } from '../exploration/fields.ts';

/** The kind of class that it serves, and the only object of that kind. */
export const CLASS = {
  group: 'karpenter.kwok.sh',
  version: 'v1alpha1',
  kind: 'KWOKNodeClass',
  plural: 'kwoknodeclasses',
  name: 'default',
};

/** Whatever has another kind of class is another provisioner's. */
export function isServed(claim: KubernetesObject): boolean {
  return isOfKind(specOf(claim));
}

export function isServedPool(pool: KubernetesObject): boolean {
  return isOfKind(templateSpecOf(pool));
}

/** Whether there is an object by the name that this spec of a claim has for its class. */
export function hasClass(spec: Fields): boolean {
  return fieldsOf(spec['nodeClassRef'])['name'] === CLASS.name;
}

export function templateSpecOf(pool: KubernetesObject): Fields {
  return fieldsOf(fieldsOf(specOf(pool)['template'])['spec']);
}

function isOfKind(spec: Fields): boolean {
  const { group, kind } = fieldsOf(spec['nodeClassRef']);
  return group === CLASS.group && kind === CLASS.kind;
}
