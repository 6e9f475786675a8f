import process from 'node:process';

/** Runs the program; when it cannot go on, says why in one line and ends with status 1. */
export async function runProgram(name: string, main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${name}: ${explained(error)}\n`);
    process.exit(1);
  }
}

/** The message and those of its causes. */
export function explained(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return error.cause === undefined ? error.message : `${error.message}: ${explained(error.cause)}`;
}
