import type { Logger } from '@kaito/controller-runtime';
import { pino } from 'pino';

export interface PinoLoggerOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Which program writes. */
  readonly name: string;
}

/** JSON lines on standard output, written at once, so that none is lost when the process is killed. */
export function pinoLogger({ level, name }: PinoLoggerOptions): Logger {
  return pino(
    {
      level,
      base: { name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: 1, sync: true }),
  );
}
