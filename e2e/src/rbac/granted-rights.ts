import { chartRights, NODE_POOL } from '@kaito/local-cloud';
import type { ControllerName, Rights } from '@kaito/local-cloud';

import { covers, permissionsOf } from './permission.ts';
import type { Permission } from './permission.ts';

/** What the templates of the workspace chart add to its rules files where a node class is configured, as in the walk. */
const CONFIGURED: Rights = { cluster: NODE_POOL.rules ?? [], namespace: [] };

/** What a controller has that is installed with its chart and configured as in the walk. */
export async function grantedRights(repository: string, controller: ControllerName): Promise<Rights> {
  const { cluster, namespace } = await chartRights(repository, controller);
  return controller === 'workspace-controller'
    ? { cluster: [...cluster, ...CONFIGURED.cluster], namespace: [...namespace, ...CONFIGURED.namespace] }
    : { cluster, namespace };
}

/** Whether it depends on the configuration, so that no rules file has it. */
export function isConfigured(permission: Permission): boolean {
  return permissionsOf(CONFIGURED).some((granted) => covers(granted, permission));
}
