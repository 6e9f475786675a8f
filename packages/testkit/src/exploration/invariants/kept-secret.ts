import { workspaces } from '@kaito/types';

import { fieldsOf } from '../../api-server/json.ts';
import type { Invariant } from './invariant.ts';

/** What users gave into the world to be kept: it may stay where they put it and nowhere else. */
export const PLANTED_SECRET = 'planted-secret-7d1f';

export const keptSecret: Invariant = {
  name: 'no secret leaves',
  observe: ({ violated }) => ({
    onChange: ({ object, type }, actor) => {
      if (actor === undefined || (type.plural !== 'events' && type.plural !== workspaces.plural)) {
        return;
      }
      const told = type.plural === 'events' ? object : fieldsOf(object['status']);
      if (JSON.stringify(told).includes(PLANTED_SECRET)) {
        violated(`${actor.role} tells a secret in ${type.plural}/${object.metadata.name}`);
      }
    },
  }),
};
