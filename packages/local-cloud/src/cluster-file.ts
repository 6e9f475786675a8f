import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import * as z from 'zod';

import { LocalCloudError } from './local-cloud-error.ts';

/** What a running local cluster tells about itself, for the commands that talk to it. */
export const ClusterFile = z.object({
  /** The process that runs it; Ctrl-C there takes everything down. */
  pid: z.int(),
  apiServer: z.string(),
  kubeconfig: z.string(),
  kubectl: z.tuple([z.string()]).rest(z.string()),
  serviceCidr: z.string(),
  podCidr: z.string(),
  simulator: z.object({ endpoint: z.string(), caFile: z.string() }),
  hub: z.string(),
});
export type ClusterFile = z.infer<typeof ClusterFile>;

const NAME = 'cluster.json';

/** The cluster that runs in `directory`; one sentence for the user when there is none. */
export function readClusterFile(directory: string): ClusterFile {
  const cluster = runningCluster(directory);
  if (cluster === undefined) {
    throw new LocalCloudError('no local cluster is running: start one with npm start, in another terminal');
  }
  return cluster;
}

/** Undefined when none was started here, or when its process is gone. */
function runningCluster(directory: string): ClusterFile | undefined {
  const file = path.join(directory, NAME);
  if (!existsSync(file)) {
    return undefined;
  }
  const cluster = ClusterFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  return cluster.success && isAlive(cluster.data.pid) ? cluster.data : undefined;
}

export async function writeClusterFile(directory: string, cluster: ClusterFile): Promise<void> {
  await writeFile(path.join(directory, NAME), `${JSON.stringify(cluster, undefined, 2)}\n`);
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}
