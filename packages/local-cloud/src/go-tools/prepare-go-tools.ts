import process from 'node:process';

import type { Paths } from '../start/paths.ts';
import type { Progress } from '../start/progress.ts';
import { timed } from '../start/timed.ts';
import { goTool } from './go-tool.ts';
import type { GoToolName } from './go-tool.ts';

/** The path of each tool, after showing how its build goes where it is not in the cache yet. */
export async function prepareGoTools<N extends GoToolName>(
  names: readonly N[],
  { cache }: Paths,
  progress: Progress,
  signal: AbortSignal,
): Promise<ReadonlyMap<N, string>> {
  const files = new Map<N, string>();
  for (const name of names) {
    const build = async (onProgress: (share: number) => void): Promise<string> =>
      goTool(name, { cacheDirectory: cache, environment: process.env, onProgress }, signal);
    files.set(name, await timed(name, progress, build));
  }
  return files;
}
