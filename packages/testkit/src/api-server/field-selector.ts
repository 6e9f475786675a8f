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

/** What a selector as `a=b,c!=d` asks of an object. */
export function fieldRequirements(type: ResourceType, selector: string): readonly Requirement[] {
  if (selector === '') {
    return [];
  }
  return selector.split(',').map((term) => requirementOf(type, term, selector));
}

function requirementOf(type: ResourceType, term: string, selector: string): Requirement {
  const [, field = '', operator, value = ''] = /^([^=!]+)(==?|!=)(.*)$/u.exec(term) ?? [];
  if (operator === undefined) {
    throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
  }
  if (!isSelectable(type, field)) {
    throw badRequest(unsupported(type, field, selector));
  }
  const path = field.split('.');
  const textOf = (object: KubernetesObject): string => textual(valueAt(object, path));
  return operator === '!=' ? (object) => textOf(object) !== value : (object) => textOf(object) === value;
}

function isSelectable({ plural, isNamespaced }: ResourceType, field: string): boolean {
  return (
    field === 'metadata.name' ||
    (field === 'metadata.namespace' && isNamespaced) ||
    SELECTABLE[plural]?.includes(field) === true
  );
}

function unsupported({ group, version, plural }: ResourceType, field: string, selector: string): string {
  const served = group === '' ? `/${version}` : `${group}/${version}`;
  const what = `"${served}, Resource=${plural}" that match label selector "", field selector "${selector}"`;
  return `Unable to find ${what}: field label not supported: ${field}`;
}

/** Absent is the empty text; for a flag, false. */
function textual(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' || value === true ? String(value) : '';
}
