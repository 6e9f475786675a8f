import { claimMutations } from './claims.ts';
import type { Mutation } from './mutation.ts';
import { poolMutations } from './pools.ts';
import { truthMutations } from './truth.ts';

/** Bugs that operators of this field have had; none of them may go unnoticed. */
export const MUTATIONS: readonly Mutation[] = [...poolMutations, ...claimMutations, ...truthMutations];
