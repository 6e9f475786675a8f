import type { KubernetesObject, ResourceType } from '@kaito/controller-runtime';

import { pods } from '../kinds.ts';
import { controllerUid, keyText } from '../reading.ts';
import { Syncs } from '../syncs.ts';
import type { World } from '../world.ts';

/** Syncs of a kind of owners, due when an owner or what it controls has changed. */
export function ownedSyncs(
  world: World,
  types: { readonly owner: ResourceType; readonly owned?: ResourceType },
  sync: (owner: KubernetesObject) => void,
): Syncs {
  const { owned = pods, owner } = types;
  const keyOf = new Map<string, string>();
  const syncs = new Syncs(world.schedule, world.behaviour.controllerMs, (key) => {
    const object = world.get(owner, key);
    if (object !== undefined) {
      sync(object);
    }
  });
  world.on(owner, ({ event, object }) => {
    const key = keyText(object.metadata);
    if (event === 'DELETED') {
      keyOf.delete(object.metadata.uid);
    } else {
      keyOf.set(object.metadata.uid, key);
      syncs.add(key);
    }
  });
  world.on(owned, ({ object }) => {
    const key = keyOf.get(controllerUid(object) ?? '');
    if (key !== undefined) {
      syncs.add(key);
    }
  });
  return syncs;
}
