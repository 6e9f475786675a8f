import { fieldsOf, isFields, isList, isSameJson } from './json.ts';
import type { Fields } from './json.ts';
import type { FieldCause } from './refusal.ts';

type Check = (object: Fields, before: Fields) => FieldCause | undefined;

/** What may not change once it is set, of the kinds that our controllers write. */
const CHECKS: Readonly<Record<string, readonly Check[]>> = {
  deployments: [fixed('spec', 'selector'), selectsItsTemplate],
  replicasets: [fixed('spec', 'selector'), selectsItsTemplate],
  statefulsets: [fixed('spec', 'selector'), fixed('spec', 'serviceName'), selectsItsTemplate],
  daemonsets: [fixed('spec', 'selector'), selectsItsTemplate],
  jobs: [fixed('spec', 'selector'), fixed('spec', 'template')],
  nodes: [fixedProviderId],
  pods: [fixedPod],
  services: [unnamedPort],
};

export function builtInProblems(plural: string, object: Fields, before: Fields): readonly FieldCause[] {
  if (object['spec'] === before['spec']) {
    return [];
  }
  return (CHECKS[plural] ?? []).map((check) => check(object, before)).filter((cause) => cause !== undefined);
}

function fixed(...[part, name]: readonly [string, string]): Check {
  return (object, before) => {
    const [earlier, value] = [fieldsOf(before[part])[name], fieldsOf(object[part])[name]];
    return before[part] === undefined || isSameJson(earlier, value)
      ? undefined
      : invalidField(`${part}.${name}`, value, 'field is immutable');
  };
}

function selectsItsTemplate({ spec }: Fields): FieldCause | undefined {
  const { selector, template } = fieldsOf(spec);
  const labels = fieldsOf(fieldsOf(fieldsOf(template)['metadata'])['labels']);
  const wanted = Object.entries(fieldsOf(fieldsOf(selector)['matchLabels']));
  return wanted.every(([name, value]) => labels[name] === value)
    ? undefined
    : invalidField('spec.template.metadata.labels', labels, '`selector` does not match template `labels`');
}

/** One port needs no name; of several, each does. */
function unnamedPort({ spec }: Fields): FieldCause | undefined {
  const { ports } = fieldsOf(spec);
  const list = isList(ports) ? ports.map(fieldsOf) : [];
  const index = list.findIndex(({ name = '' }) => name === '');
  return list.length < 2 || index === -1
    ? undefined
    : { field: `spec.ports[${index}].name`, reason: 'FieldValueRequired', message: 'Required value' };
}

function fixedProviderId({ spec }: Fields, before: Fields): FieldCause | undefined {
  const earlier = fieldsOf(before['spec'])['providerID'];
  return earlier === undefined || earlier === fieldsOf(spec)['providerID']
    ? undefined
    : {
        field: 'spec.providerID',
        reason: 'FieldValueForbidden',
        message: 'Forbidden: node updates may not change providerID except from "" to valid',
      };
}

/** A pod keeps its spec, but for images, tolerations that are added, and how long it may run. */
function fixedPod({ spec }: Fields, before: Fields): FieldCause | undefined {
  if (before['spec'] === undefined || isSameJson(fixedPart(spec), fixedPart(before['spec']))) {
    return undefined;
  }
  const message =
    'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,' +
    '`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing ' +
    'tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
  return { field: 'spec', reason: 'FieldValueForbidden', message };
}

function fixedPart(spec: unknown): Fields {
  const { activeDeadlineSeconds: _, tolerations: __, containers, nodeName: ___, ...others } = fieldsOf(spec);
  const withoutImages = (isList(containers) ? containers : []).filter(isFields).map(({ image: ____, ...rest }) => rest);
  return { ...others, containers: withoutImages };
}

function invalidField(field: string, value: unknown, why: string): FieldCause {
  return { field, reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${why}` };
}
