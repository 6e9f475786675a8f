import type { Change } from '../../api-server/table.ts';
import type { Replica } from '../../simulation/replica.ts';
import type { World } from '../../simulation/world.ts';
import { isTrue } from '../../cluster/reading.ts';
import { View } from '../view.ts';

/** Whether `holds` was so in some state that the writer may have seen last: its caches lag by what it has not been told. */
export function wasSoFor(
  world: World,
  { before, version }: Change,
  actor: Replica,
  holds: (view: View) => boolean,
): boolean {
  const oldest = Math.min(actor.feed.oldestUnseen ?? version, version) - 1;
  const from = Math.min(oldest, Number(before?.metadata.resourceVersion ?? version), version - 1);
  for (let at = version; at >= from; at -= 1) {
    if (holds(new View(world.server.asOf(at), world.cloud))) {
      return true;
    }
  }
  return false;
}

export function ceasesToBeTrue({ before, object }: Change, type: string): boolean {
  return before !== undefined && isTrue(before, type) && !isTrue(object, type);
}

export function becomesTrue({ before, object }: Change, type: string): boolean {
  return isTrue(object, type) && (before === undefined || !isTrue(before, type));
}
