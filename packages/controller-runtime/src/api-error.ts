/**
 * Why the API server did not do as asked.
 *
 * - `NotFound`, `AlreadyExists`, `Conflict`, `Gone`: the world differs from what was assumed; look again.
 * - `Invalid`, `Forbidden`, `Unauthorized`: repeating the request does not help; a person must act.
 * - `TooManyRequests`, `Unavailable`, `Network`: passing; again later.
 */
export type ApiErrorKind =
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Invalid'
  | 'Forbidden'
  | 'Unauthorized'
  | 'TooManyRequests'
  | 'Unavailable'
  | 'Network';

export interface ApiErrorDetails {
  /** HTTP status; absent when no answer came. */
  readonly status?: number;
  /** The server's `Retry-After`. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** A request to the API server that failed, with a kind that tells what to do next. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly kind: ApiErrorKind;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(kind: ApiErrorKind, message: string, { status, retryAfterMs, cause }: ApiErrorDetails = {}) {
    super(message, { cause });
    this.kind = kind;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Tells by name and not by class, so that it holds across copies of this package; any kind when none is named. */
export function isApiError(error: unknown, ...kinds: readonly ApiErrorKind[]): error is ApiError {
  if (!(error instanceof Error) || error.name !== 'ApiError' || !('kind' in error)) {
    return false;
  }
  return kinds.length === 0 || kinds.some((kind) => kind === error.kind);
}
