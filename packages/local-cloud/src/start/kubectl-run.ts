import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import * as z from 'zod';

import { LocalCloudError } from '../local-cloud-error.ts';

const Failed = z.object({ stderr: z.string() });

export type Kubectl = (args: readonly string[], signal: AbortSignal) => Promise<string>;

/** kubectl as the admin of the cluster; what it prints, or its own words as the reason of a failure. */
export function kubectlWith([program, ...first]: readonly [string, ...string[]], kubeconfig: string): Kubectl {
  return async (args, signal) => {
    try {
      const { stdout } = await promisify(execFile)(program, [...first, '--kubeconfig', kubeconfig, ...args], {
        signal,
      });
      return stdout;
    } catch (error) {
      signal.throwIfAborted();
      const words = Failed.safeParse(error).data?.stderr.trim();
      throw new LocalCloudError(`kubectl ${args[0] ?? ''} failed: ${words ?? String(error)}`, { cause: error });
    }
  };
}
