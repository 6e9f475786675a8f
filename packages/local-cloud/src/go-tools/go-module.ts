import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import * as z from 'zod';

import { LocalCloudError } from '../local-cloud-error.ts';

const Downloaded = z.object({ Dir: z.string() });

export interface GoCommand {
  /** Outside of any module of ours. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Where the source of `MODULE@VERSION` lies, read-only; fetched if need be. */
export async function goModule(module: string, command: GoCommand, signal: AbortSignal): Promise<string> {
  const { directory: cwd, environment: env } = command;
  try {
    const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', module], { cwd, env, signal });
    return Downloaded.parse(JSON.parse(stdout)).Dir;
  } catch (error) {
    signal.throwIfAborted();
    const words = error instanceof Error ? error.message : String(error);
    throw new LocalCloudError(`the Go module ${module} cannot be fetched: ${words}`, { cause: error });
  }
}
