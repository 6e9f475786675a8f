import type { Claim } from '../claim/claim.ts';
import type { AgentPool } from '../pools/cloud.ts';
import { markOf } from '../pools/ownership.ts';
import type { PoolView } from '../pools/pool-knowledge.ts';
import { msBetween } from '../time.ts';

/** Some of what is ours, and the names of those whose other half is missing. */
export interface Census {
  readonly total: number;
  readonly missing: readonly string[];
}

/** Claims and pools beside each other. */
export interface Picture {
  /** Of the claims that have had their Node: those whose pool is missing. */
  readonly pools: Census;
  /** Of the pools that bear our mark: those whose claim is missing. */
  readonly claims: Census;
  /** When the pools were listed. */
  readonly listedAt: Date;
}

export interface VanishingSettings {
  /** From 0 to 1: up to this share may be missing at once. */
  readonly maxVanishingShare: number;
  /** What has been missing for this long is believed to be. */
  readonly vanishingConfirmMs: number;
}

/** Fewer than these are an everyday thing, whatever their share. */
const FEWEST = 3;
/** And it was listed so often meanwhile. */
const LISTS = 3;

export function pictureOf(
  claims: readonly Claim[],
  pools: {
    readonly all: readonly AgentPool[];
    readonly view: (name: string) => PoolView;
    readonly clusterId: string;
    readonly listedAt: Date;
  },
): Picture {
  const launched = claims.filter(({ isDeleting, nodeUid }) => !isDeleting && nodeUid !== undefined);
  const marked = pools.all.filter((pool) => markOf(pool)?.cluster === pools.clusterId && pool.phase !== 'Deleting');
  const uids = new Set(claims.map(({ uid }) => uid));
  return {
    pools: {
      total: launched.length,
      missing: launched.map(({ name }) => name).filter((name) => isMissing(pools.view(name))),
    },
    claims: {
      total: marked.length,
      missing: marked.filter((pool) => !uids.has(markOf(pool)?.claimUid ?? '')).map(({ name }) => name),
    },
    listedAt: pools.listedAt,
  };
}

/** What is missing in greater numbers than accidents explain. */
export interface Alarm {
  readonly what: 'pools' | 'claims';
  readonly census: Census;
}

interface Watched {
  readonly since: Date;
  readonly lists: number;
  readonly listedAt: Date;
}

/**
 * Stops collection while so much is missing at once that a wrong answer is likelier than a loss: another resource
 * group, a filtered list, a restored cluster. It goes on when the picture is whole, or has stayed as it is for long.
 */
export class Vanishing {
  readonly #settings: VanishingSettings;
  #watched: Watched | undefined;

  constructor(settings: VanishingSettings) {
    this.#settings = settings;
  }

  /** Whether too much was missing when the last picture was taken, be it confirmed or not. */
  get isWatching(): boolean {
    return this.#watched !== undefined;
  }

  /** What collection is to stop for; undefined: nothing. */
  take(picture: Picture, now: Date): Alarm | undefined {
    const alarm = alarmOf(picture, this.#settings);
    if (alarm === undefined) {
      this.#watched = undefined;
      return undefined;
    }
    const { listedAt = picture.listedAt, lists = 1, since = now } = this.#watched ?? {};
    const watched = { since, lists: picture.listedAt > listedAt ? lists + 1 : lists, listedAt: picture.listedAt };
    this.#watched = watched;
    const isConfirmed = watched.lists >= LISTS && msBetween(since, now) >= this.#settings.vanishingConfirmMs;
    return isConfirmed ? undefined : alarm;
  }
}

function alarmOf({ claims, pools }: Picture, { maxVanishingShare }: VanishingSettings): Alarm | undefined {
  const isTooMuch = ({ missing, total }: Census): boolean =>
    missing.length >= FEWEST && missing.length > total * maxVanishingShare;
  if (isTooMuch(pools)) {
    return { what: 'pools', census: pools };
  }
  return isTooMuch(claims) ? { what: 'claims', census: claims } : undefined;
}

function isMissing(view: PoolView): boolean {
  return view.state === 'Absent' && !view.wasDeleting;
}
