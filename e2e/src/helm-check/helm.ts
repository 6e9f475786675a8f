import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import * as z from 'zod';

/** Why helm refused, in its own words. */
export class HelmError extends Error {
  override readonly name = 'HelmError';
}

export interface Output {
  readonly stdout: string;
  /** Warnings of helm and of the API server. */
  readonly stderr: string;
}

export type Helm = (args: readonly string[], signal: AbortSignal) => Promise<Output>;

const Failed = z.object({ stdout: z.string(), stderr: z.string() });
const LARGEST_OUTPUT_BYTES = 64 * 1024 * 1024;

/** helm for one cluster, with its caches in a folder of its own: what the user has configured is not touched. */
export function helmWith(program: string, kubeconfig: string, folder: string): Helm {
  const env = {
    KUBECONFIG: kubeconfig,
    HOME: folder,
    HELM_CACHE_HOME: path.join(folder, 'cache'),
    HELM_CONFIG_HOME: path.join(folder, 'config'),
    HELM_DATA_HOME: path.join(folder, 'data'),
  };
  return async (args, signal) => {
    try {
      return await promisify(execFile)(program, [...args], { env, signal, maxBuffer: LARGEST_OUTPUT_BYTES });
    } catch (error) {
      const output = Failed.safeParse(error).data;
      const words = output === undefined ? String(error) : output.stderr.trim() || output.stdout.trim();
      throw new HelmError(signal.aborted ? `helm ${args[0] ?? ''} took too long: ${words}` : words, { cause: error });
    }
  };
}
