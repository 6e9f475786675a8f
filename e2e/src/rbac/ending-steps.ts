import type { NodeClaimLife } from './node-claim-life.ts';
import { deleteAll, together } from './step.ts';
import type { Step } from './step.ts';
import type { WalkWorld } from './walk-world.ts';

/** How NodeClaims of others end: one with its Node, the rest deleted, all with a pod that objects. */
export function endingSteps(world: WalkWorld, [first, ...others]: readonly NodeClaimLife[]): readonly Step[] {
  return [
    [
      'pods object to the end of NodeClaims',
      async (signal) => {
        await first?.holdUp('team-first', signal);
        await together(others, async (one) => one.holdUp('team-second', signal));
      },
    ],
    [
      'a NodeClaim goes with its Node, others are deleted',
      async (signal) => {
        await first?.loseNode(signal);
        await first?.gone(signal);
        await deleteAll(others, signal);
      },
    ],
    ['the controllers stop', async () => world.stopControllers()],
  ];
}
