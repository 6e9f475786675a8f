import type { Workspace } from '@kaito/types';

import { owned, podLabels } from './owned.ts';
import type { Desired } from './owned.ts';
import { RENDEZVOUS_PORT } from './service.ts';

const SUFFIX = '-headless';

/** The Service by which the members of a group find each other, named as the Go original does (workspace.md 7.1). */
export function headlessName(workspaceName: string): string {
  return `${workspaceName}${SUFFIX}`;
}

/** Gives each member a name of its own, from before it is ready: members wait for one another. */
export function desiredHeadlessService(workspace: Workspace): Desired {
  return owned(
    {
      target: 'Service',
      apiVersion: 'v1',
      name: headlessName(workspace.metadata.name),
      spec: {
        clusterIP: 'None',
        selector: podLabels(workspace),
        ports: [{ name: 'torchrun', port: RENDEZVOUS_PORT, protocol: 'TCP', targetPort: RENDEZVOUS_PORT }],
        publishNotReadyAddresses: true,
      },
    },
    workspace,
  );
}

/** The key of the Workspace whose headless Service may have this key. */
export function ownerOfHeadless(key: string): string {
  return key.endsWith(SUFFIX) ? key.slice(0, -SUFFIX.length) : key;
}
