import { workspaces } from '@kaito/types';

import { fieldsOf } from '../../api-server/json.ts';
import { numberOf, statusOf } from '../fields.ts';
import type { Invariant } from './invariant.ts';
import { becomesTrue, wasSoFor } from './said.ts';

export const oneGeneration: Invariant = {
  name: 'a group is said to be ready when its members are of one generation',
  observe: ({ violated, world }) => ({
    onChange: (change, actor) => {
      const { event, object, type } = change;
      const isSaid = type.plural === workspaces.plural && event !== 'DELETED' && becomesTrue(change, 'WorkspaceReady');
      const generation = numberOf(fieldsOf(statusOf(object)['group'])['generation']);
      if (actor === undefined || !isSaid || generation === undefined) {
        return;
      }
      const { name } = object.metadata;
      if (!wasSoFor(world, change, actor, (view) => view.generationsOf(name).join() === String(generation))) {
        violated(
          `Workspace ${name} is said to be ready in generation ${generation}, and not all of its members are of it`,
        );
      }
    },
  }),
};
