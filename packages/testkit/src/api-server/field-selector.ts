import type { KubernetesObject, ResourceType } from '@kaito/controller-runtime';

import { valueAt } from './json.ts';
import { badRequest } from './refusal.ts';

type Requirement = (object: KubernetesObject) => boolean;

/** The fields that objects of a kind may be selected by, besides name and namespace. */
const SELECTABLE: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  nodes: ['spec.unschedulable'],
  namespaces: ['status.phase'],
  secrets: ['type'],
  services: ['spec.clusterIP', 'spec.type'],
  replicasets: ['status.replicas'],
  jobs: ['status.successful'],
  events: ['regarding.kind', 'regarding.namespace', 'regarding.name', 'regarding.uid', 'reason', 'type'],
};

/** What absence stands for, where it is not the empty text. */
const ABSENT: Readonly<Record<string, string>> = { 'spec.unschedulable': 'false', 'status.replicas': '0' };

/** What a selector as `a=b,c!=d` asks of an object. */
export function fieldRequirements(type: ResourceType, selector: string): readonly Requirement[] {
  if (selector === '') {
    return [];
  }
  return selector.split(',').map((term) => requirementOf(type, term));
}

function requirementOf(type: ResourceType, term: string): Requirement {
  const [, field = '', operator, value = ''] = /^([^=!]+)(==?|!=)(.*)$/u.exec(term) ?? [];
  if (operator === undefined) {
    throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
  }
  if (!isSelectable(type, field)) {
    throw badRequest(unsupported(type, field));
  }
  const path = field.split('.');
  const textOf = (object: KubernetesObject): string => textual(valueAt(object, path) ?? ABSENT[field]);
  return operator === '!=' ? (object) => textOf(object) !== value : (object) => textOf(object) === value;
}

function isSelectable({ plural, isNamespaced }: ResourceType, field: string): boolean {
  return (
    field === 'metadata.name' ||
    (field === 'metadata.namespace' && isNamespaced) ||
    SELECTABLE[plural]?.includes(field) === true
  );
}

function unsupported({ group, plural, isNamespaced }: ResourceType, field: string): string {
  const isPlain = !group.includes('.') && SELECTABLE[plural] === undefined;
  const known = ['metadata.name', ...(isNamespaced ? ['metadata.namespace'] : [])];
  return isPlain
    ? `"${field}" is not a known field selector: only ${known.map((name) => `"${name}"`).join(', ')}`
    : `field label not supported: ${field}`;
}

function textual(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';
}
