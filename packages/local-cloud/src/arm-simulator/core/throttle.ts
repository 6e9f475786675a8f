import { armError } from './arm-error.ts';
import type { ArmError } from './arm-error.ts';
import type { Call } from './call.ts';
import type { Bucket, State } from './model.ts';
import type { RouteName } from './route.ts';

interface Limit {
  readonly key: string;
  readonly burst: number;
  readonly refillPerSecond: number;
  readonly refusal: (retryAfterSeconds: number) => ArmError;
}

/** `key` may name the pool or cluster that has a bucket of its own. Scopes above that are one here: one cluster. */
interface AksLimit {
  readonly handler: string;
  readonly burst: number;
  readonly refillPerSecond: number;
  readonly isPerPool?: boolean;
}

export const AKS_LIMITS = {
  putPool: { handler: 'AgentPoolsHandler', burst: 20, refillPerSecond: 1 / 60, isPerPool: true },
  getCluster: { handler: 'ManagedClusterHandler', burst: 60, refillPerSecond: 1 },
  getOperation: { handler: 'OperationStatusHandler', burst: 200, refillPerSecond: 2 },
  others: { handler: 'AgentPoolsHandler', burst: 60, refillPerSecond: 1 },
} as const satisfies Record<string, AksLimit>;

/** ARM's own limits, per subscription, whatever the resource provider. */
const ARM_LIMITS = {
  reads: { burst: 250, refillPerSecond: 25 },
  writes: { burst: 200, refillPerSecond: 10 },
  deletes: { burst: 200, refillPerSecond: 10 },
} as const;

const COMPUTE_ROUTES: ReadonlySet<RouteName> = new Set(['ListSkus', 'ListUsages', 'ListInstances', 'GetInstance']);
const OPERATION_ROUTES: ReadonlySet<RouteName> = new Set(['GetOperation', 'GetOperationStatus', 'GetOperationResult']);

/** Takes a token from every bucket that the request falls into, or says which one is empty. */
export function throttle(
  state: State,
  call: Call,
): {
  readonly state: State;
  readonly headers: Readonly<Record<string, string>>;
  readonly refusal?: ArmError;
} {
  const kind = armKind(call.method);
  const buckets = new Map(state.buckets);
  let refused: { readonly error: ArmError; readonly retryAfterSeconds: number } | undefined;
  for (const limit of limitsOf(state, call)) {
    const perSecond = limit.refillPerSecond / state.settings.scale;
    const tokens = tokensIn(buckets.get(limit.key), limit.burst, perSecond, call.nowMs);
    buckets.set(limit.key, { tokens: Math.max(0, tokens >= 1 ? tokens - 1 : tokens), atMs: call.nowMs });
    if (tokens < 1 && state.settings.isThrottled && refused === undefined) {
      const retryAfterSeconds = Math.max(1, Math.ceil((1 - tokens) / perSecond));
      refused = { error: limit.refusal(retryAfterSeconds), retryAfterSeconds };
    }
  }
  const remaining = Math.floor(buckets.get(kind)?.tokens ?? 0);
  return {
    state: { ...state, buckets },
    headers: {
      [`x-ms-ratelimit-remaining-subscription-${kind}`]: String(remaining),
      ...(refused === undefined ? {} : { 'Retry-After': String(refused.retryAfterSeconds) }),
    },
    ...(refused === undefined ? {} : { refusal: refused.error }),
  };
}

function limitsOf(state: State, call: Call): Limit[] {
  const { subscriptionId } = state.cluster;
  const kind = armKind(call.method);
  const arm: Limit = {
    key: kind,
    ...ARM_LIMITS[kind],
    refusal: () => armError('throttle-arm', { sub: subscriptionId, op: `${call.method} ${call.route}` }),
  };
  if (COMPUTE_ROUTES.has(call.route)) {
    return [arm];
  }
  const limit: AksLimit = aksLimit(call.route);
  return [
    arm,
    {
      key: limit.isPerPool === true ? `${call.route}/${call.pool ?? ''}` : `${limit.handler}/${limit.burst}`,
      burst: limit.burst,
      refillPerSecond: limit.refillPerSecond,
      refusal: (seconds) =>
        armError('throttle-aks', {
          Handler: limit.handler,
          VERB: call.method,
          sub: subscriptionId,
          n: String(seconds),
        }),
    },
  ];
}

function aksLimit(route: RouteName): AksLimit {
  if (route === 'PutPool') {
    return AKS_LIMITS.putPool;
  }
  if (route === 'GetCluster') {
    return AKS_LIMITS.getCluster;
  }
  return OPERATION_ROUTES.has(route) ? AKS_LIMITS.getOperation : AKS_LIMITS.others;
}

function armKind(method: string): keyof typeof ARM_LIMITS {
  if (method === 'GET') {
    return 'reads';
  }
  return method === 'DELETE' ? 'deletes' : 'writes';
}

function tokensIn(bucket: Bucket | undefined, burst: number, perSecond: number, nowMs: number): number {
  return bucket === undefined ? burst : Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * perSecond);
}
