import type { KubernetesObject } from '@kaito/controller-runtime';

import { fieldsOf, isList } from '../../api-server/json.ts';
import type { PodNeeds, Toleration } from '../pod-spec.ts';

export interface NodeTaint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
  readonly timeAdded?: string;
}

const NO_TAINTS: readonly NodeTaint[] = [];

export function taintsOf(node: KubernetesObject): readonly NodeTaint[] {
  const taints = fieldsOf(node['spec'])['taints'];
  return isList(taints) ? taints.filter(isTaint) : NO_TAINTS;
}

function isTaint(value: unknown): value is NodeTaint {
  const { effect, key } = fieldsOf(value);
  return typeof key === 'string' && typeof effect === 'string';
}

export function isTolerated(taint: NodeTaint, { tolerations }: PodNeeds): boolean {
  return tolerations.some((toleration) => tolerates(toleration, taint));
}

export function tolerates({ effect, key, operator, value }: Toleration, taint: NodeTaint): boolean {
  if (effect !== '' && effect !== taint.effect) {
    return false;
  }
  if (key !== taint.key && !(key === '' && operator === 'Exists')) {
    return false;
  }
  return operator === 'Exists' || value === (taint.value ?? '');
}

/** `key=value:Effect`, as pools are given them. */
export function readTaint(text: string): NodeTaint {
  const [assignment = '', effect = ''] = text.split(':');
  const [key = '', value = ''] = assignment.split('=');
  return { key, effect, ...(value !== '' && { value }) };
}
