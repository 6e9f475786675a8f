import { labels, machines, workspaces } from '@kaito/types';

import type { Invariant } from './invariant.ts';

export const guardedWorkspace: Invariant = {
  name: 'a Workspace goes only after all that was made for it',
  observe: ({ violated, world }) => ({
    onChange: ({ before, event, object, type }, actor) => {
      if (type.plural !== workspaces.plural || event !== 'DELETED' || actor === undefined || before === undefined) {
        return;
      }
      const { name, namespace = '' } = object.metadata;
      const selector = `${labels.workspace}=${name},${labels.workspaceNamespace}=${namespace}`;
      const left = world.server.list({ type: machines, labelSelector: selector }).items;
      if (left.length > 0) {
        violated(`Workspace ${name} goes and leaves ${left.map(({ metadata }) => metadata.name).join(', ')}`);
      }
    },
  }),
};
