import { labels } from '@kaito/types';
import type { Node, Workspace } from '@kaito/types';

import type { Observed } from '../observed.ts';

/** The pairs of labels by which a node says for whom it was made: ours, and those that come of a NodePool. */
const PAIRS = [
  [labels.workspace, labels.workspaceNamespace],
  [labels.poolWorkspace, labels.poolWorkspaceNamespace],
] as const;

/** Whose node it is by its labels: one that was made for another Workspace is never to be taken. */
export function ownership(node: Node, workspace: Workspace): 'own' | 'foreign' | 'free' {
  const maker = makerOf(node);
  if (maker === undefined) {
    return 'free';
  }
  const { name, namespace } = workspace.metadata;
  return maker.name === name && maker.namespace === namespace ? 'own' : 'foreign';
}

/** The Workspace that it was made for. */
export function makerOf({ metadata }: Node): { readonly name: string; readonly namespace?: string } | undefined {
  for (const [name, namespace] of PAIRS) {
    const [named, inNamespace] = [metadata.labels?.[name], metadata.labels?.[namespace]];
    if (named !== undefined) {
      return { name: named, ...(inNamespace === undefined ? {} : { namespace: inNamespace }) };
    }
  }
  return undefined;
}

export function isNodeReady({ status }: Node): boolean {
  return status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true;
}

/** Whether the status counts on this node already. */
export function isWorker({ metadata }: Node, { status }: Workspace): boolean {
  return status?.workerNodes?.includes(metadata.name) === true;
}

type Pods = Pick<Observed, 'pods'>;

/** Whether a pod of this Workspace is there that has not come to its end, even if it is on its way out. */
export function hasPod(node: Node, { pods }: Pods): boolean {
  return podsOn(node, pods).length > 0;
}

/** Whether a pod of this Workspace works there, to stay. */
export function isInUse(node: Node, { pods }: Pods): boolean {
  return podsOn(node, pods).some(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** The pods that have not come to their end. */
export function podsOn({ metadata }: Node, pods: Observed['pods']): Observed['pods'] {
  return pods.filter(
    ({ spec, status }) => spec.nodeName === metadata.name && status.phase !== 'Succeeded' && status.phase !== 'Failed',
  );
}

export function namesOf(nodes: readonly Node[]): readonly string[] {
  return nodes.map(({ metadata }) => metadata.name);
}
