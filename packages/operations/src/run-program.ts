import process from 'node:process';

import { withoutSecrets } from '@kaito/controller-runtime';

import { loggedError } from './logged-error.ts';

/**
 * Runs the program; when it cannot go on, says why in one line and ends with status 1. An error that nobody has
 * caught is told with its stack, but without what hangs on it, which Node would print.
 */
export async function runProgram(name: string, main: () => Promise<void>): Promise<void> {
  process.once('uncaughtException', (error: unknown) => {
    const { message, stack = message } = loggedError(error);
    process.stderr.write(`${name}: ${withoutSecrets(stack)}\n`);
    process.exit(1);
  });
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${name}: ${explained(error)}\n`);
    process.exit(1);
  }
}

/** The message and those of its causes, in one line. */
export function explained(error: unknown): string {
  if (!(error instanceof Error)) {
    return withoutSecrets(String(error));
  }
  const message = withoutSecrets(error.message);
  return error.cause === undefined ? message : `${message}: ${explained(error.cause)}`;
}
