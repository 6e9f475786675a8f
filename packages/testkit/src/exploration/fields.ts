import type { KubernetesObject } from '@kaito/controller-runtime';

import { fieldsOf } from '../api-server/json.ts';
import type { Fields } from '../api-server/json.ts';

/** One condition as it stands in an object of any kind. */
export interface SeenCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number | undefined;
}

export function statusOf(object: KubernetesObject): Fields {
  return fieldsOf(object['status']);
}

export function specOf(object: KubernetesObject): Fields {
  return fieldsOf(object['spec']);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function conditionsOf(object: KubernetesObject): readonly SeenCondition[] {
  return listOf(statusOf(object)['conditions']).map((condition) => {
    const { type, status, reason, message, observedGeneration } = fieldsOf(condition);
    return {
      type: textOf(type) ?? '',
      status: textOf(status) ?? '',
      reason: textOf(reason) ?? '',
      message: textOf(message) ?? '',
      observedGeneration: numberOf(observedGeneration),
    };
  });
}

export function conditionOf(object: KubernetesObject, type: string): SeenCondition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}
