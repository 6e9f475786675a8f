import type * as NodeLlamaCpp from 'node-llama-cpp';
import type { Llama, LlamaLogLevel } from 'node-llama-cpp';

import type { Logger } from '../../core/ports.ts';

export type Library = typeof NodeLlamaCpp;

/** node-llama-cpp, loaded, and its binding to the native library. */
export interface LlamaRuntime {
  readonly library: Library;
  readonly llama: Llama;
}

export type Gpu = false | 'auto' | 'cuda' | 'vulkan' | 'metal';

/** Loads the native library that came with the package; nothing is built or downloaded. */
export async function openLlama(gpu: Gpu, logger: Logger): Promise<LlamaRuntime> {
  const library = await import('node-llama-cpp');
  const llama = await library.getLlama({
    gpu,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: 0, // the default would be more threads than this machine may have cores
    logLevel: library.LlamaLogLevel.warn,
    logger: (level, message) => log(logger, level, message.trim()),
  });
  return { library, llama };
}

function log(logger: Logger, level: `${LlamaLogLevel}`, message: string): void {
  if (message === '') {
    return;
  }
  if (level === 'error' || level === 'fatal') {
    logger.error({ component: 'llama.cpp' }, message);
  } else {
    logger.debug({ component: 'llama.cpp' }, message);
  }
}
