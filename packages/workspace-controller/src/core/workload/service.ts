import { annotations } from '@kaito/types';
import type { Workspace } from '@kaito/types';

import { owned, podLabels } from './owned.ts';
import type { Desired } from './owned.ts';

/** The port that every server in a pod listens on. */
export const SERVER_PORT = 5000;

/** Where the model answers: reachable under the Workspace's name from the moment it is applied. */
export function desiredService(workspace: Workspace): Desired {
  const isPublic = workspace.metadata.annotations?.[annotations.enableLoadBalancer] === 'True';
  return owned(
    {
      target: 'Service',
      apiVersion: 'v1',
      spec: {
        type: isPublic ? 'LoadBalancer' : 'ClusterIP',
        selector: podLabels(workspace),
        ports: [
          { name: 'http', port: 80, protocol: 'TCP', targetPort: SERVER_PORT },
          { name: 'torch', port: 29_500, protocol: 'TCP', targetPort: 29_500 },
        ],
        publishNotReadyAddresses: true,
      },
    },
    workspace,
  );
}
