import process from 'node:process';

/**
 * Aborts at SIGTERM or Ctrl-C, so that the program ends by itself in good order. A second signal ends it at once.
 * Call it once per process.
 */
export function shutdownSignal(): AbortSignal {
  const shutdown = new AbortController();
  const stop = (name: NodeJS.Signals): void => {
    if (shutdown.signal.aborted) {
      process.exit(128 + (name === 'SIGINT' ? 2 : 15));
    }
    shutdown.abort(new Error(`stopped by ${name}`));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  return shutdown.signal;
}
