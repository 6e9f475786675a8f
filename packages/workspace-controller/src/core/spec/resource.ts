import { labels } from '@kaito/types';
import type { LabelSelector, Workspace } from '@kaito/types';

import type { NodeSource } from '../claims/node-source.ts';
import type { Settings } from '../settings.ts';
import { invalid, readingOf } from './reading.ts';
import type { Problem, Reading } from './reading.ts';
import { findSize, hasNvidiaGpus } from './sizes.ts';

/** Which nodes, and how many. */
export interface Resource {
  readonly count: number;
  /** Empty where nodes are brought: any size will do. */
  readonly instanceType: string;
  /** What a node must carry, and what a bought one is given. */
  readonly nodeLabels: Readonly<Record<string, string>>;
  readonly preferredNodes: readonly string[];
  /** Whether nobody buys nodes, so that all must be there. */
  readonly isBrought: boolean;
  /** Whether a node without NVIDIA GPUs is of no use. */
  readonly needsGpus: boolean;
}

export function readResource(workspace: Workspace, settings: Settings, source: NodeSource['kind']): Reading<Resource> {
  const { resource } = workspace;
  if (resource === undefined) {
    return { problems: [invalid('resource', 'is required: name the instanceType and the labelSelector of the nodes')] };
  }
  const { count, instanceType = '', labelSelector } = resource;
  const problems = [
    ...reservedLabels(labelSelector, workspace),
    ...(count < 1 ? [invalid('resource.count', `must be at least 1, is ${count}`)] : []),
    ...(source === 'byo' ? [] : instanceTypeProblems(instanceType, settings)),
    ...selectorProblems(labelSelector),
  ];
  return readingOf(problems, () => resourceOf(workspace, source));
}

/** What a Workspace asks for, taken as it stands. */
export function resourceOf({ resource, inference }: Workspace, source: NodeSource['kind']): Resource {
  const { count = 1, instanceType = '', labelSelector = {}, preferredNodes = [] } = resource ?? {};
  const nodeLabels = labelsOf(labelSelector);
  const common = { count, nodeLabels, preferredNodes };
  if (source !== 'byo') {
    return { ...common, instanceType, isBrought: false, needsGpus: hasNvidiaGpus(instanceType) };
  }
  // Without a selector any node of the cluster would do for a pod of the user.
  const needsGpus = inference?.template === undefined || Object.keys(nodeLabels).length === 0;
  return { ...common, instanceType: '', isBrought: true, needsGpus };
}

function instanceTypeProblems(instanceType: string, { cloudProvider }: Settings): readonly Problem[] {
  const path = 'resource.instanceType';
  if (instanceType === '') {
    return [invalid(path, 'is required: name the VM size to buy, such as Standard_NC24ads_A100_v4')];
  }
  const isPlausible = findSize(instanceType) !== undefined || /^Standard_[ND]/u.test(instanceType);
  return cloudProvider !== 'azure' || isPlausible
    ? []
    : [
        invalid(
          path,
          `"${instanceType}" is no size that this release knows; sizes it does not know must begin with Standard_N or Standard_D`,
        ),
      ];
}

/** The two labels that say whose a claim is: asking for another Workspace's would give it away. */
function reservedLabels({ matchLabels = {} }: LabelSelector, { metadata }: Workspace): readonly Problem[] {
  const own = { [labels.workspace]: metadata.name, [labels.workspaceNamespace]: metadata.namespace };
  return Object.entries(own).flatMap(([key, value]) =>
    matchLabels[key] === undefined || matchLabels[key] === value
      ? []
      : [invalid(`resource.labelSelector.matchLabels[${key}]`, `is set by the controller, to ${String(value)}`)],
  );
}

/** A selector as labels: a bought node must be given them, so only equality can be asked for. */
function labelsOf({ matchLabels = {}, matchExpressions = [] }: LabelSelector): Readonly<Record<string, string>> {
  const fromExpressions = matchExpressions.flatMap(({ key, values: [value] = [] }): [string, string][] =>
    value === undefined ? [] : [[key, value]],
  );
  return { ...matchLabels, ...Object.fromEntries(fromExpressions) };
}

function selectorProblems({ matchLabels = {}, matchExpressions = [] }: LabelSelector): readonly Problem[] {
  const nodeLabels: Record<string, string> = { ...matchLabels };
  const problems: Problem[] = [];
  for (const [index, { key, operator, values = [] }] of matchExpressions.entries()) {
    const path = `resource.labelSelector.matchExpressions[${index}]`;
    const [value] = values;
    if (operator !== 'In' || values.length !== 1 || value === undefined) {
      problems.push(invalid(path, 'must be In with one value: a bought node is given these labels'));
    } else if (nodeLabels[key] !== undefined && nodeLabels[key] !== value) {
      problems.push(invalid(path, `asks for ${key}=${value}, and another term for ${key}=${nodeLabels[key]}`));
    } else {
      nodeLabels[key] = value;
    }
  }
  return problems;
}
