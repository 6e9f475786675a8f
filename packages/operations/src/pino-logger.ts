import { withoutSecrets } from '@kaito/controller-runtime';
import type { Logger } from '@kaito/controller-runtime';
import { pino } from 'pino';

import { loggedError } from './logged-error.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface PinoLoggerOptions {
  readonly level: LogLevel;
  /** Which program writes. */
  readonly name: string;
}

const SECRET_NAMES = ['token', 'authorization', 'password', 'secret'];

/** Secrets have no business in a field; one that got there by mistake is blotted out. */
const SECRET_FIELDS = SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** JSON lines on standard output, written at once, so that none is lost when the process is killed. */
export function pinoLogger({ level, name }: PinoLoggerOptions): Logger {
  return pino(
    {
      level,
      base: { program: name }, // `name` is that of the object a line is about
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: loggedError },
      redact: SECRET_FIELDS,
      hooks: { streamWrite: withoutSecrets },
    },
    pino.destination({ dest: 1, sync: true }),
  );
}
