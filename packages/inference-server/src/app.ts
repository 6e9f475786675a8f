import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';

import type { AppDeps } from './deps.ts';
import { useFastApiErrors, useOpenAiErrors } from './plugins/errors.ts';
import { useRequestLog } from './plugins/request-log.ts';
import { chatCompletionsRoute } from './routes/chat-completions.ts';
import { chatRoutes } from './routes/chat.ts';
import { healthRoutes } from './routes/health.ts';
import { metricsRoute } from './routes/metrics.ts';
import { modelsRoute } from './routes/models.ts';

const BODY_LIMIT = 8 * 1024 * 1024;

/** The HTTP server of one model; no port, no process. */
export function buildApp(deps: AppDeps): FastifyInstance {
  const app = fastify({ logger: false, bodyLimit: BODY_LIMIT, forceCloseConnections: 'idle' });
  useRequestLog(app, deps.logger);
  useFastApiErrors(app, deps.logger);
  useBodyAsText(app);
  app.addHook('onRequest', (_, reply, done) => {
    // A connection kept alive would hold up the end of the process.
    if (deps.lifecycle.phase.kind === 'stopping') {
      void reply.header('connection', 'close');
    }
    done();
  });
  app.setNotFoundHandler(async (request, reply) => {
    const isKnown = (['GET', 'POST'] as const).some((method) => app.hasRoute({ method, url: pathOf(request.url) }));
    return isKnown
      ? reply.code(405).send({ detail: 'Method Not Allowed' })
      : reply.code(404).send({ detail: 'Not Found' });
  });
  healthRoutes(app, deps);
  metricsRoute(app, deps);
  void app.register(async (scope) => chatRoutes(scope, deps));
  void app.register(async (scope) => {
    useOpenAiErrors(scope, deps.logger);
    chatCompletionsRoute(scope, deps);
    modelsRoute(scope, deps);
  });
  return app;
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}

/** A body that is not declared as JSON reaches the schemas as text, and is refused there in their words. */
function useBodyAsText(app: FastifyInstance): void {
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => {
    done(null, body === '' ? undefined : body);
  });
}
