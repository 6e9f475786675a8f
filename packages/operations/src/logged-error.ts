export interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
}

const SCALARS = ['kind', 'code', 'status', 'retryAfterMs'] as const;
const DEEPEST_CAUSE = 5;

/**
 * An error as a log line shows it: name, message and stack with those of its causes, and the few plain facts that
 * our own errors carry. What SDKs hang on theirs (requests, headers, options) holds tokens and is left out.
 */
export function loggedError(thrown: unknown): LoggedError {
  if (!isErrorLike(thrown)) {
    return { type: typeof thrown, message: String(thrown) };
  }
  const chain = chainOf(thrown);
  const stacks = chain.flatMap(({ stack }) => (stack === undefined ? [] : [stack]));
  return {
    type: thrown.name,
    message: chain.map(messageOf).join(': '),
    ...(stacks.length === 0 ? {} : { stack: stacks.join('\ncaused by: ') }),
    ...scalarsOf(thrown),
  };
}

interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: unknown;
}

/** Errors of another realm are none of our class. */
function isErrorLike(thrown: unknown): thrown is ErrorLike {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    'name' in thrown &&
    typeof thrown.name === 'string' &&
    'message' in thrown &&
    typeof thrown.message === 'string'
  );
}

function chainOf(error: ErrorLike): readonly ErrorLike[] {
  const chain = [error];
  for (let { cause } = error; isErrorLike(cause) && !chain.includes(cause) && chain.length < DEEPEST_CAUSE;) {
    chain.push(cause);
    ({ cause } = cause);
  }
  return chain;
}

function messageOf(error: ErrorLike): string {
  const parts: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  const told = parts.map((part) => (isErrorLike(part) ? part.message : String(part))).join('; ');
  return told === '' ? error.message : `${error.message}: ${told}`;
}

function scalarsOf(error: object): object {
  const values: Readonly<Record<string, unknown>> = { ...error };
  return Object.fromEntries(
    SCALARS.flatMap((key) => {
      const value = values[key];
      return typeof value === 'string' || typeof value === 'number' ? [[key, value]] : [];
    }),
  );
}
