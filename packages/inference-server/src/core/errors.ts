/** Why a request gets no answer; each interface gives it its own shape. */
export type RequestErrorKind = 'Invalid' | 'NotFound' | 'TooMany' | 'Unavailable';

export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly kind: RequestErrorKind;
  /** The field of the request that is meant. */
  readonly param?: string;

  constructor(kind: RequestErrorKind, message: string, param?: string) {
    super(message);
    this.kind = kind;
    if (param !== undefined) {
      this.param = param;
    }
  }
}

export function isRequestError(error: unknown): error is RequestError {
  return error instanceof Error && error.name === 'RequestError';
}

const STATUS: Readonly<Record<RequestErrorKind, number>> = {
  Invalid: 400,
  NotFound: 404,
  TooMany: 429,
  Unavailable: 503,
};

export function statusOf(error: RequestError): number {
  return STATUS[error.kind];
}
