import type { Era, Statement } from '@kaito/testkit';

type Said = readonly [number: number, era: Era, text: string];

/** What those who serve claims may expect of who makes them; the numbers go on from those about the claims. */
const SAID: readonly Said[] = [
  [
    59,
    'B',
    'a claim that its provisioner deletes for lack of capacity is made again, later each time, and people hear why',
  ],
  [60, 'B', 'a claim that tells nothing of capacity, allocatable and image is as good as one that does'],
  [61, 'B', 'status and finalizers of a claim, and what its provisioner marks on Nodes, are never written'],
  [
    62,
    'N',
    'the node class is that of the configuration, and one that the cluster does not know ends the start, by name',
  ],
  [63, 'N', 'a claim asks not to be disrupted, and never to expire'],
  [64, 'B', 'the name of a claim is one that pools can have, and nobody else in the cluster has it'],
  [65, 'N', 'storage is asked for where the class is that of gpu-provisioner, and nowhere else'],
  [66, 'B', 'a claim that is Ready no more is waited for; no second is made while it is there'],
  [67, 'B', 'the GPUs that count are those that a Node has to allocate, whatever its claim says'],
  [68, 'B', 'who is deleted deletes all claims first, and keeps the own finalizer until the last is gone'],
];

export const STATEMENTS: readonly Statement[] = SAID.map(([number, era, text]) => ({ number, era, text }));
