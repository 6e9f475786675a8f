import { keyOf } from '@kaito/controller-runtime';
import type { Workspace } from '@kaito/types';

import type { Claim } from '../core/claims/claim.ts';
import { workspaceKeys } from '../keys.ts';
import { listedClaims } from './claims.ts';
import type { ClaimLists } from './claims.ts';

interface Look {
  readonly names: Set<string>;
  readonly claims: Promise<readonly Claim[]>;
}

/**
 * Looks at claims past the caches. Whoever asks while one look is under way shares the next: a thousand Workspaces that
 * are deleted at once are not a thousand lists.
 */
export class LastLooks {
  readonly #sources: ClaimLists;
  #underWay: Promise<unknown> = Promise.resolve();
  /** Gathers names until the look under way has ended. */
  #next: Look | undefined;

  constructor(sources: ClaimLists) {
    this.#sources = sources;
  }

  /** What the API server has at some time after the call. */
  async claimsOf(workspace: Workspace, signal: AbortSignal): Promise<readonly Claim[]> {
    this.#next ??= this.#gather(signal);
    const { names, claims } = this.#next;
    names.add(workspace.metadata.name);
    const key = keyOf(workspace);
    return (await claims).filter((claim) => workspaceKeys(claim).includes(key));
  }

  #gather(signal: AbortSignal): Look {
    const names = new Set<string>();
    const claims = this.#afterTheLast(names, signal);
    this.#underWay = claims;
    return { names, claims };
  }

  async #afterTheLast(names: ReadonlySet<string>, signal: AbortSignal): Promise<readonly Claim[]> {
    await Promise.allSettled([this.#underWay]);
    this.#next = undefined;
    return listedClaims([...names], this.#sources, signal);
  }
}
