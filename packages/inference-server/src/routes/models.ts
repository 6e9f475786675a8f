import type { FastifyInstance } from 'fastify';

import { requireModel } from '../deps.ts';
import type { AppDeps } from '../deps.ts';

/** `GET /v1/models`: the one model, and under `meta` the file that is really loaded. */
export function modelsRoute(app: FastifyInstance, deps: AppDeps): void {
  app.get('/v1/models', () => {
    const { engine, file, loadedAt } = requireModel(deps);
    const card = {
      id: deps.servedModelName,
      object: 'model',
      created: loadedAt,
      owned_by: 'kaito',
      root: file.source,
      parent: null,
      max_model_len: engine.contextSize,
      meta: {
        file: file.fileName,
        digest: `sha256:${file.sha256}`,
        size: file.sizeBytes,
        ...(engine.modelName === undefined ? {} : { name: engine.modelName }),
      },
    };
    return { object: 'list', data: [card] };
  });
}
