import { annotations } from '@kaito/types';
import type { Workspace } from '@kaito/types';

import type { Spec } from '../spec/spec.ts';
import { owned, podLabels } from './owned.ts';
import type { Desired } from './owned.ts';
import { isDistributed } from './shape.ts';

/** The port that every server in a pod listens on. */
export const SERVER_PORT = 5000;

/** Where processes that share a model find one another. */
export const RENDEZVOUS_PORT = 29_500;

/** The label that a StatefulSet gives each of its pods. */
const POD_NAME = 'statefulset.kubernetes.io/pod-name';

/**
 * Where the model answers: reachable under the Workspace's name from the moment it is applied. Every pod of our own
 * server answers; of a model that is spread over several, the first.
 */
export function desiredService(workspace: Workspace, { workload }: Spec): Desired {
  const first = { [POD_NAME]: `${workspace.metadata.name}-0` };
  const isPublic = workspace.metadata.annotations?.[annotations.enableLoadBalancer] === 'True';
  return owned(
    {
      target: 'Service',
      apiVersion: 'v1',
      spec: {
        type: isPublic ? 'LoadBalancer' : 'ClusterIP',
        selector: { ...podLabels(workspace), ...(isDistributed(workload) ? first : {}) },
        ports: [
          { name: 'http', port: 80, protocol: 'TCP', targetPort: SERVER_PORT },
          { name: 'torch', port: RENDEZVOUS_PORT, protocol: 'TCP', targetPort: RENDEZVOUS_PORT },
        ],
        publishNotReadyAddresses: true,
      },
    },
    workspace,
  );
}
