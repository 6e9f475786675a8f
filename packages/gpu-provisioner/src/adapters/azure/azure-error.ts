import { withoutSecrets } from '@kaito/controller-runtime';
import * as z from 'zod';

/** An ARM error in one shape, whether it came as an answer, in a pool's status, or from the network. */
export interface AzureError {
  /** HTTP status; absent when no answer came, or when the error was read from a pool. */
  readonly status?: number;
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs?: number;
}

/** `error` of an ARM body, and `provisioningError` of a pool. */
export interface ErrorDetail {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly details?: readonly ErrorDetail[] | undefined;
}

const ErrorDetail: z.ZodType<ErrorDetail> = z.lazy(() =>
  z.object({
    code: z.string().nullish().transform(absent),
    message: z.string().nullish().transform(absent),
    details: z.array(ErrorDetail).nullish().transform(absent),
  }),
);

const Body = z.union([
  z.object({ error: ErrorDetail }).transform(({ error }) => error),
  ErrorDetail, // what some resource providers send
]);

/** What the SDK throws, by what it carries; its class is not looked at. */
const Thrown = z.object({
  name: z.string().optional(),
  code: z.string().optional(),
  message: z.string().default(''),
  statusCode: z.int().optional(),
  body: z.string().optional(),
});

/** The answer that the error stands for, as the SDK's `onResponse` delivered it. */
export interface RawAnswer {
  readonly status: number;
  readonly retryAfter?: string | undefined;
  readonly body?: string | null | undefined;
}

/** Codes that only say that something below went wrong. */
const WRAPPER =
  /^(InvalidTemplateDeployment|DeploymentFailed|MultipleErrorsOccurred|ResourceDeploymentFailure|Conflict|(Create|Reconcile|Scale)VMSSAgentPoolFailed)$/u;

/** How AKS writes what the scale set was refused for. */
const INNER_CODE = /\bSubCode: ?(?<sub>\w+)|\bCode="(?<code>\w+)"/u;

/** `answer` is what was received last; `now` reads a Retry-After that is a date. */
export function azureError(thrown: unknown, answer: RawAnswer | undefined, now: Date): AzureError {
  const {
    body: streamed,
    code,
    message,
    name = 'Unknown',
    statusCode,
  } = Thrown.catch({ message: String(thrown) }).parse(thrown);
  const { status: answered, body, retryAfter } = answer ?? {};
  const status = statusCode ?? answered;
  const told = innermost(bodyDetail(streamed ?? body));
  const retryAfterMs = spanOf(retryAfter, now);
  return {
    code: told.code ?? code ?? name,
    message: withoutSecrets(told.message ?? message),
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** The error that a pool keeps of its last operation. */
export function provisioningError(detail: ErrorDetail): AzureError {
  const { code = 'Unknown', message = '' } = innermost(detail);
  return { code, message: withoutSecrets(message) };
}

/** Descends through wrappers to what really happened. */
function innermost(detail: ErrorDetail): ErrorDetail {
  const inner = detail.details?.[0] ?? written(detail.message);
  const isWrapper = detail.code === undefined || WRAPPER.test(detail.code);
  if (inner === undefined) {
    return isWrapper ? { ...detail, ...namedWithin(detail.message) } : detail;
  }
  return isWrapper ? innermost(inner) : detail;
}

/** A deployment hands on whole answers, as the text of its own message. */
function written(message: string | undefined): ErrorDetail | undefined {
  const detail = message?.trimStart().startsWith('{') === true ? bodyDetail(message) : {};
  return detail.code === undefined ? undefined : detail;
}

function namedWithin(message = ''): Pick<ErrorDetail, 'code'> {
  const { code, sub } = INNER_CODE.exec(message)?.groups ?? {};
  const named = sub ?? code;
  return named === undefined ? {} : { code: named };
}

function bodyDetail(text: string | null | undefined): ErrorDetail {
  try {
    return Body.safeParse(JSON.parse(text ?? '')).data ?? {};
  } catch {
    return {}; // a proxy's page, or nothing
  }
}

/** Retry-After: seconds, or a date. */
function spanOf(header: string | undefined, now: Date): number | undefined {
  if (header === undefined || header === '') {
    return undefined;
  }
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - now.getTime() : seconds * 1000;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function absent<T>(value: T | null | undefined): T | undefined {
  return value ?? undefined;
}
