import { annotations } from '@kaito/types';
import type { StatefulSet, Workspace } from '@kaito/types';

import type { Action } from '../actions.ts';
import type { Spec } from '../spec/spec.ts';
import { headlessName } from './headless-service.ts';
import { owned, podLabels } from './owned.ts';
import type { Desired } from './owned.ts';
import { podTemplate } from './pod-template.ts';
import { isGroup } from './shape.ts';

/** The pods that serve together: one per node, all started at once, each under a name that stays. */
export function desiredStatefulSet(workspace: Workspace, spec: Spec, gpus: number): Desired {
  return owned(
    {
      target: 'StatefulSet',
      apiVersion: 'apps/v1',
      spec: {
        replicas: spec.resource.count,
        serviceName: headlessName(workspace.metadata.name),
        podManagementPolicy: 'Parallel',
        selector: { matchLabels: podLabels(workspace) },
        // Whoever renews the members of a group renews all of them.
        updateStrategy: { type: isGroup(spec) ? 'OnDelete' : 'RollingUpdate' },
        template: podTemplate(workspace, spec, gpus),
      },
    },
    workspace,
  );
}

/** Which generation of the group its template makes; undefined: of none. */
export function generationOf({ spec }: StatefulSet): number | undefined {
  return readGeneration(spec.template?.metadata?.annotations);
}

export function readGeneration(annotated: Readonly<Record<string, string>> | undefined): number | undefined {
  const value = Number(annotated?.[annotations.groupGeneration]);
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

/**
 * Applies the StatefulSet, for a group with its generation. What was decided from an older StatefulSet must not lower
 * the generation of a newer one, so that the request is refused when it has changed.
 */
export function applyStatefulSet(
  { manifest, target }: Desired,
  generation: number | undefined,
  existing: StatefulSet | undefined,
): Action {
  const metadata = {
    ...manifest.metadata,
    ...(existing === undefined
      ? {}
      : { uid: existing.metadata.uid, resourceVersion: existing.metadata.resourceVersion }),
  };
  const { spec } = manifest;
  return {
    kind: 'Apply',
    target,
    manifest: { ...manifest, metadata, spec: generation === undefined ? spec : marked(spec, generation) },
  };
}

function marked(spec: unknown, generation: number): unknown {
  const { template, ...rest } = fields(spec);
  const { metadata, ...ofTemplate } = fields(template);
  const { annotations: annotated, ...ofMetadata } = fields(metadata);
  const mark = { [annotations.groupGeneration]: String(generation) };
  return {
    ...rest,
    template: { ...ofTemplate, metadata: { ...ofMetadata, annotations: { ...fields(annotated), ...mark } } },
  };
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
