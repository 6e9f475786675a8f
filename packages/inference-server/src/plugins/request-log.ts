import type { FastifyInstance } from 'fastify';

import type { Logger } from '../core/ports.ts';

const PROBES: ReadonlySet<string> = new Set(['/health', '/healthz', '/metrics']);

/** One line per request, without its query, which may hold a key; probes and scrapes only at debug level. */
export function useRequestLog(app: FastifyInstance, logger: Logger): void {
  app.addHook('onResponse', (request, reply, done) => {
    const fields = {
      method: request.method,
      url: request.url.split('?', 1)[0],
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
    };
    if (PROBES.has(request.routeOptions.url ?? '')) {
      logger.debug(fields, 'Request answered');
    } else {
      logger.info(fields, 'Request answered');
    }
    done();
  });
}
