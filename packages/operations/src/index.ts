/**
 * What every program needs around its work, on real libraries: logs (pino), metrics (prom-client), health
 * endpoints, a graceful stop. Only `main.ts` files import it.
 *
 * @packageDocumentation
 */
export { bindAddress } from './bind-address.ts';
export type { BindAddress } from './bind-address.ts';
export { LOG_LEVELS, pinoLogger } from './logger.ts';
export type { LogLevel, PinoLoggerOptions } from './logger.ts';
export { prometheusMetrics } from './metrics.ts';
export type { PrometheusMetrics } from './metrics.ts';
export { serveOperations } from './server.ts';
export type { OperationsOptions, OperationsServer } from './server.ts';
export { shutdownSignal } from './shutdown.ts';
