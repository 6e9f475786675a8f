import { ApiError, withoutSecrets } from '@kaito/controller-runtime';
import type { ApiErrorKind } from '@kaito/controller-runtime';
import * as z from 'zod';

/** Kubernetes' `metav1.Status`: the body of every failed request, and of an ERROR event in a watch. */
const Status = z
  .object({
    code: z.number(),
    reason: z.string(),
    message: z.string(),
    details: z
      .object({ retryAfterSeconds: z.number(), causes: z.array(z.object({ field: z.string() }).partial()) })
      .partial()
      .catch({}),
  })
  .partial()
  .catch({});

export interface FailedAnswer {
  /** Which request it was, for the message. */
  readonly request: string;
  /** Absent for an ERROR event: its body tells. */
  readonly status?: number | undefined;
  /** What the server sent, parsed if it was JSON. */
  readonly body: unknown;
  /** The header `Retry-After`. */
  readonly retryAfter?: string | undefined;
}

/** What a failed answer means to the one who asked. */
export function responseError({ request, status: httpStatus, body, retryAfter }: FailedAnswer): ApiError {
  const answer = Status.parse(body);
  const status = httpStatus ?? answer.code ?? 500;
  const text = answer.message ?? (typeof body === 'string' && body !== '' ? body.slice(0, 300) : `status ${status}`);
  const retryAfterMs = retryAfterHeaderMs(retryAfter) ?? secondsToMs(answer.details?.retryAfterSeconds);
  return new ApiError(kindOf(status, answer), `${request}: ${withoutSecrets(text)}`, {
    status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** No answer, or one that broke off. */
export function networkError(request: string, cause: unknown): ApiError {
  return new ApiError('Network', `${request}: ${withoutSecrets(describe(cause))}`, { cause });
}

const KINDS: Readonly<Record<number, ApiErrorKind>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  408: 'Unavailable',
  409: 'Conflict',
  410: 'Gone',
  429: 'TooManyRequests',
};

function kindOf(status: number, { reason, details }: z.infer<typeof Status>): ApiErrorKind {
  if (reason === 'AlreadyExists') {
    return 'AlreadyExists';
  }
  if (reason === 'Expired') {
    return 'Gone';
  }
  // a patch that names the uid of an object that has been replaced is refused as a change of that field
  if (details?.causes?.some(({ field }) => field === 'metadata.uid') === true) {
    return 'Conflict';
  }
  return KINDS[status] ?? (status >= 400 && status < 500 ? 'Invalid' : 'Unavailable');
}

/** Node's own errors may come from another realm, and those of a failed connect may have a code alone. */
function describe(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) {
    return String(cause);
  }
  const message = 'message' in cause && typeof cause.message === 'string' ? cause.message : '';
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : 'the connection failed';
  return message === '' ? code : message;
}

/** Seconds, or a date by the server's clock, which is not ours: then it is not used. */
function retryAfterHeaderMs(header: string | undefined): number | undefined {
  return header !== undefined && /^\d+$/.test(header) ? secondsToMs(Number(header)) : undefined;
}

function secondsToMs(seconds: number | undefined): number | undefined {
  return seconds === undefined || seconds <= 0 ? undefined : seconds * 1000;
}
