interface Limit {
  readonly key: string;
  readonly burst: number;
  readonly perSecond: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

export type CloudVerb = 'create' | 'delete' | 'abort' | 'get' | 'list' | 'skus' | 'usages';

/** The token buckets of AKS: a create has its own for each pool, everything else one together; and ARM's for reads. */
export class Throttle {
  readonly #buckets = new Map<string, Bucket>();

  /** Takes a token; the milliseconds to wait when there is none. */
  take(verb: CloudVerb, pool: string, nowMs: number): number | undefined {
    const { burst, key, perSecond } = limitOf(verb, pool);
    const bucket = this.#buckets.get(key) ?? { tokens: burst, atMs: nowMs };
    this.#buckets.set(key, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * perSecond);
    bucket.atMs = nowMs;
    if (bucket.tokens < 1) {
      return Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond)) * 1000;
    }
    bucket.tokens -= 1;
    return undefined;
  }
}

/** No pool has an empty name, or one with a blank. */
function limitOf(verb: CloudVerb, pool: string): Limit {
  switch (verb) {
    case 'create':
      return { key: pool, burst: 20, perSecond: 1 / 60 };
    case 'skus':
    case 'usages':
      return { key: 'ARM reads', burst: 250, perSecond: 25 };
    case 'delete':
    case 'abort':
    case 'get':
    case 'list':
      return { key: '', burst: 60, perSecond: 1 };
    default:
      return verb satisfies never;
  }
}
