import path from 'node:path';

/** One image of the local cluster, and the program of this checkout that stands behind its name. */
export interface LocalImage {
  readonly image: string;
  readonly entrypoint: readonly string[];
  readonly cmd?: readonly string[];
  readonly provides?: string;
}

/** Only names are mapped: command, arguments, environment, mounts and probes are the Pod's own. */
export function localImages(repository: string, node: string): readonly LocalImage[] {
  const bundle = (name: string): string => path.join(repository, 'packages', name, 'dist/main.js');
  return [{ image: 'kaito.local/inference-server:*', entrypoint: [node, bundle('inference-server')] }];
}
