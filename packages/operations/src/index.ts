/**
 * What a program shows to those who run it: logs, metrics, health, and a stop in good order. For `main.ts` alone.
 *
 * @packageDocumentation
 */
export { serveOperations } from './operations-server.ts';
export type { OperationsOptions, OperationsServers } from './operations-server.ts';
export { LOG_LEVELS, pinoLogger } from './pino-logger.ts';
export type { LogLevel, PinoLoggerOptions } from './pino-logger.ts';
export { prometheusMetrics } from './prometheus-metrics.ts';
export type { MetricsPage } from './prometheus-metrics.ts';
export { runProgram } from './run-program.ts';
export { shutdownSignal } from './shutdown-signal.ts';
