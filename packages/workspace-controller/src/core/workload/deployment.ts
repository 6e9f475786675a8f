import { annotations } from '@kaito/types';
import type { Workspace } from '@kaito/types';

import type { Spec } from '../spec/spec.ts';
import { owned, podLabels } from './owned.ts';
import type { Desired } from './owned.ts';
import { podTemplate } from './pod-template.ts';

/** Revisions are counted from the issue on that records them. */
const FIRST_REVISION = '1';

/** A pod waits for its node first; only then does its own time to become ready begin. */
const NODE_WAIT_SECONDS = 3600;

/** The pods that serve: one per node, started by the scheduler the moment the node can take them. */
export function desiredDeployment(workspace: Workspace, spec: Spec, gpus: number): Desired {
  const { resource, workload } = spec;
  const isPreset = workload.kind !== 'template';
  return owned(
    {
      target: 'Deployment',
      apiVersion: 'apps/v1',
      ...(isPreset ? { annotations: { [annotations.revision]: FIRST_REVISION } } : {}),
      spec: {
        replicas: resource.count,
        selector: { matchLabels: podLabels(workspace) },
        // The GPUs of a node are taken while its pod lives: a new pod starts after the old one is gone.
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
        progressDeadlineSeconds: NODE_WAIT_SECONDS + (isPreset ? workload.readinessSeconds : 0),
        template: podTemplate(workspace, spec, gpus),
      },
    },
    workspace,
  );
}
