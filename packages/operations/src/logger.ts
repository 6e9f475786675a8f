import type { Logger } from '@kaito/controller-runtime';
import { pino, stdTimeFunctions } from 'pino';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface PinoLoggerOptions {
  readonly level: LogLevel;
  /** The program, on every line. */
  readonly name: string;
}

/** Secrets have no business in a field, but a field that carries one by mistake is blotted out. */
const SECRET_FIELDS = ['token', 'authorization', 'password', '*.token', '*.authorization', '*.password'];

/** One JSON object per line on standard output. */
export function pinoLogger({ level, name }: PinoLoggerOptions): Logger {
  return pino({
    level,
    base: { program: name },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: SECRET_FIELDS,
  });
}
