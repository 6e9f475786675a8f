import type { FastifyInstance } from 'fastify';

import type { CpuInfo } from '../core/ports.ts';
import type { AppDeps } from '../deps.ts';

/** Prometheus text, unless JSON is asked for: then what the text-generation server of Kaito v0.3 said. */
export function metricsRoute(app: FastifyInstance, { metrics, host }: AppDeps): void {
  app.get('/metrics', async (request, reply) => {
    if (request.headers.accept?.includes('application/json') === true) {
      return { gpu_info: null, cpu_info: cpuInfo(host.cpu()) };
    }
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics.text());
  });
}

function cpuInfo(cpu: CpuInfo): object {
  return {
    load_percentage: Math.round(cpu.loadPercentage * 10) / 10,
    physical_cores: cpu.physicalCores,
    total_cores: cpu.totalCores,
    memory: { used: gibibytes(cpu.usedBytes), total: gibibytes(cpu.totalBytes) },
  };
}

function gibibytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(2)} GB`;
}
