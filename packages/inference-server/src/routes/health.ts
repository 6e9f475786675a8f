import type { FastifyInstance } from 'fastify';

import type { AppDeps } from '../deps.ts';

export function healthRoutes(app: FastifyInstance, { lifecycle }: AppDeps): void {
  app.get('/', () => ({ message: 'Server is running' }));

  app.get('/health', async (_, reply) => {
    const reason = lifecycle.unreadyReason;
    return reason === undefined
      ? { status: 'Healthy' }
      : reply.code(503).send({ status: 'Unavailable', detail: reason });
  });

  // The text-generation server of Kaito v0.3 tells by 500.
  app.get('/healthz', async (_, reply) => {
    const reason = lifecycle.unreadyReason;
    return reason === undefined
      ? { status: 'Healthy' }
      : reply.code(500).send({ detail: `Model not initialized: ${reason}` });
  });
}
