import type { Logger } from '@kaito/controller-runtime';
import { pino } from 'pino';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface PinoLoggerOptions {
  readonly level: LogLevel;
  /** Which program writes. */
  readonly name: string;
}

/** Secrets have no business in a field; one that got there by mistake is blotted out. */
const SECRET_FIELDS = ['token', 'authorization', 'password', '*.token', '*.authorization', '*.password'];

/** JSON lines on standard output, written at once, so that none is lost when the process is killed. */
export function pinoLogger({ level, name }: PinoLoggerOptions): Logger {
  return pino(
    {
      level,
      base: { program: name }, // `name` is that of the object a line is about
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: SECRET_FIELDS,
    },
    pino.destination({ dest: 1, sync: true }),
  );
}
