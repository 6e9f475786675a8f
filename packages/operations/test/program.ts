import { pinoLogger, shutdownSignal } from '../src/index.ts';

const logger = pinoLogger({ level: 'info', name: 'test-program' });
const signal = shutdownSignal();
const keepAlive = setInterval(() => undefined, 60_000);
signal.addEventListener('abort', () => {
  if (!process.argv.includes('--stubborn')) {
    clearInterval(keepAlive);
  }
  logger.child({ controller: 'notes' }).warn({ err: new Error('a bug'), token: 'secret' }, 'Stopping');
});
logger.debug({}, 'Not written');
logger.info({ name: 'a' }, 'Started');
