/**
 * Why something could not be fetched or sent.
 *
 * - `NotFound`: there is no such repository, tag, manifest or blob.
 * - `Unauthorized`, `Denied`, `Rejected`: repeating the request does not help; a person must act.
 * - `Corrupt`: what arrived is not what was named.
 * - `Disk`: no room or no right to write here.
 * - `Busy`, `Network`: passing; again later.
 */
export type TransferErrorKind =
  'NotFound' | 'Unauthorized' | 'Denied' | 'Rejected' | 'Corrupt' | 'Disk' | 'Busy' | 'Network';

export interface TransferErrorDetails {
  /** HTTP status; absent when no answer came. */
  readonly status?: number | undefined;
  /** The server's `Retry-After`. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** A transfer that failed, with a kind that tells what to do next. */
export class TransferError extends Error {
  override readonly name = 'TransferError';
  readonly kind: TransferErrorKind;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(kind: TransferErrorKind, message: string, { status, retryAfterMs, cause }: TransferErrorDetails = {}) {
    super(message, { cause });
    this.kind = kind;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }

  /** The same attempt may succeed later; what arrived corrupt may arrive whole. */
  get isTransient(): boolean {
    return this.kind === 'Busy' || this.kind === 'Network' || this.kind === 'Corrupt';
  }
}

/** Tells by name and not by class, so that it holds across copies of this package; any kind when none is named. */
export function isTransferError(error: unknown, ...kinds: readonly TransferErrorKind[]): error is TransferError {
  if (!(error instanceof Error) || error.name !== 'TransferError' || !('kind' in error)) {
    return false;
  }
  return kinds.length === 0 || kinds.some((kind) => kind === error.kind);
}
