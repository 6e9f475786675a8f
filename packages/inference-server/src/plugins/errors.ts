import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { isRequestError, statusOf } from '../core/errors.ts';
import type { RequestErrorKind } from '../core/errors.ts';
import type { Logger } from '../core/ports.ts';

/** A 422 in FastAPI's form. */
export class UnprocessableError extends Error {
  override readonly name = 'UnprocessableError';
  readonly detail: readonly object[];

  constructor(detail: readonly object[]) {
    super('the request body does not have the expected form');
    this.detail = detail;
  }
}

/** One way to show an error: FastAPI's or OpenAI's. */
interface Shape {
  readonly known: (reply: FastifyReply, error: Error) => FastifyReply | undefined;
  readonly badRequest: (reply: FastifyReply, status: number, message: string) => FastifyReply;
  readonly internal: (reply: FastifyReply) => FastifyReply;
}

/** Errors as the text-generation server of Kaito v0.3 shows them. */
export function useFastApiErrors(app: FastifyInstance, logger: Logger): void {
  useShape(app, logger, {
    known: (reply, error) => {
      if (error instanceof UnprocessableError) {
        return reply.code(422).send({ detail: error.detail });
      }
      return isRequestError(error) ? reply.code(statusOf(error)).send({ detail: error.message }) : undefined;
    },
    badRequest: (reply, status, message) =>
      status === 400
        ? reply.code(422).send({ detail: [jsonInvalid(message)] })
        : reply.code(status).send({ detail: message }),
    internal: (reply) => reply.code(500).type('text/plain; charset=utf-8').send('Internal Server Error'),
  });
}

function jsonInvalid(message: string): object {
  return { type: 'json_invalid', loc: ['body', 0], msg: 'JSON decode error', input: {}, ctx: { error: message } };
}

/** Errors as the OpenAI clients expect them. */
export function useOpenAiErrors(app: FastifyInstance, logger: Logger): void {
  useShape(app, logger, {
    known: (reply, error) => (isRequestError(error) ? reply.code(statusOf(error)).send(openAiError(error)) : undefined),
    badRequest: (reply, status, message) =>
      reply.code(status).send({ error: { message, type: 'BadRequestError', param: null, code: status } }),
    internal: (reply) => reply.code(500).send(openAiError(undefined)),
  });
}

const TYPES: Readonly<Record<RequestErrorKind, string>> = {
  Invalid: 'BadRequestError',
  NotFound: 'NotFoundError',
  TooMany: 'requests',
  Unavailable: 'ServiceUnavailableError',
};

/** The body of an error; anything but a RequestError is shown without its text. */
export function openAiError(error: unknown): object {
  if (!isRequestError(error)) {
    return { error: { message: 'Internal Server Error', type: 'InternalServerError', param: null, code: 500 } };
  }
  const code = error.kind === 'TooMany' ? 'rate_limit_exceeded' : statusOf(error);
  return { error: { message: error.message, type: TYPES[error.kind], param: error.param ?? null, code } };
}

function useShape(app: FastifyInstance, logger: Logger, shape: Shape): void {
  app.setErrorHandler((error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const known = shape.known(withRetryAfter(reply, error), error);
    if (known !== undefined) {
      return known;
    }
    const status = error.statusCode ?? 500;
    if (status < 500) {
      return shape.badRequest(reply, status, error.message);
    }
    logger.error({ err: error, method: request.method, url: request.url.split('?', 1)[0] }, 'Request failed');
    return shape.internal(reply);
  });
}

function withRetryAfter(reply: FastifyReply, error: Error): FastifyReply {
  return isRequestError(error) && (error.kind === 'TooMany' || error.kind === 'Unavailable')
    ? reply.header('retry-after', '1')
    : reply;
}
