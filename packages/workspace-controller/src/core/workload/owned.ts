import type { Manifest } from '@kaito/controller-runtime';
import { annotations, contentHash, labels, workspaces } from '@kaito/types';
import type { ObjectMeta, OwnerReference, Workspace } from '@kaito/types';

import type { Labels, WorkloadKind } from '../actions.ts';
import { isLeaving } from '../leaving.ts';

/** An object that a Workspace wants to own. */
export interface Desired {
  readonly target: WorkloadKind;
  readonly manifest: Manifest;
  /** Stands in an annotation of the manifest, so that a later reconcile knows that exactly this was applied. */
  readonly mark: string;
}

export interface Content {
  readonly target: WorkloadKind;
  readonly apiVersion: string;
  /** Absent: the Workspace's own. */
  readonly name?: string;
  readonly annotations?: Labels;
  readonly spec: object;
}

export function owned(content: Content, workspace: Workspace): Desired {
  const { name, namespace, uid } = workspace.metadata;
  const { target, apiVersion, annotations: annotated, spec } = content;
  const owner: OwnerReference = {
    apiVersion: `${workspaces.group}/${workspaces.version}`,
    kind: workspaces.kind,
    name,
    uid,
    controller: true,
  };
  const identity = { name: content.name ?? name, ...(namespace === undefined ? {} : { namespace }) };
  const mark = contentHash({ annotated, spec, owner });
  return {
    target,
    mark,
    manifest: {
      apiVersion,
      kind: target,
      metadata: {
        ...identity,
        labels: podLabels(workspace),
        annotations: { ...annotated, [annotations.applied]: mark },
        ownerReferences: [owner],
      },
      spec,
    },
  };
}

/** What the Services and whoever keeps the pods find them by. */
export function podLabels({ metadata }: Workspace): Labels {
  return { [labels.workspace]: metadata.name };
}

/**
 * - `absent`, `outdated`: to be applied.
 * - `leaving`: to be applied when it is gone.
 * - `foreign`: somebody else's, and not ours to touch.
 * - `adopted`: this Workspace's, made by the Go original; left as it is, since applying would mix two manifests.
 */
export type OwnedState = 'absent' | 'outdated' | 'current' | 'leaving' | 'foreign' | 'adopted';

interface Owned {
  readonly metadata: ObjectMeta;
}

export function ownedState(existing: Owned | undefined, { mark }: Desired, workspace: Workspace): OwnedState {
  if (existing === undefined) {
    return 'absent';
  }
  if (!isOwned(existing, workspace)) {
    return 'foreign';
  }
  if (isLeaving(existing)) {
    return 'leaving';
  }
  const applied = existing.metadata.annotations?.[annotations.applied];
  if (applied === undefined) {
    return 'adopted';
  }
  return applied === mark ? 'current' : 'outdated';
}

export function isOwned({ metadata }: Owned, workspace: Workspace): boolean {
  return metadata.ownerReferences?.some(({ uid }) => uid === workspace.metadata.uid) === true;
}
