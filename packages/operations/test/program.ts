import { pinoLogger, runProgram, shutdownSignal } from '../src/index.ts';

/** As an SDK throws them. */
const carrying = Object.assign(new Error('refused: Bearer hunter2'), { request: { headers: ['hunter2'] } });

if (process.argv.includes('--crash')) {
  await runProgram('test-program', async () => {
    setImmediate(() => {
      throw carrying;
    });
    await new Promise(() => undefined);
  });
}

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
logger.info({ err: carrying, from: 'https://me:hunter2@x', deep: { er: { token: 'hunter2' } } }, 'Bearer hunter2');
