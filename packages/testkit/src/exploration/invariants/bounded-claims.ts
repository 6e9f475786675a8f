import { labels, machines, nodeClaims } from '@kaito/types';

import { fieldsOf } from '../../api-server/json.ts';
import { numberOf } from '../fields.ts';
import type { Invariant } from './invariant.ts';
import { isClaimType, ownerOf } from './marks.ts';

export const boundedClaims: Invariant = {
  name: 'never more nodes than asked for',
  observe: ({ violated, world }) => ({
    onChange: ({ event, object, type }, actor) => {
      if (!isClaimType(type) || event !== 'ADDED' || actor === undefined) {
        return;
      }
      const owner = ownerOf(world, object);
      // A request of a process that stood still may arrive when its Workspace has gone: the bound on orphans holds.
      if (owner === undefined) {
        return;
      }
      const count = numberOf(fieldsOf(owner['resource'])['count']) ?? 1;
      const selector = `${labels.workspace}=${owner.metadata.name}`;
      const claims = [machines, nodeClaims].flatMap(
        (claimType) => world.server.list({ type: claimType, labelSelector: selector }).items,
      );
      if (claims.length > count) {
        violated(`Workspace ${owner.metadata.name} wants ${count} nodes and has ${claims.length} claims`);
      }
    },
  }),
};
