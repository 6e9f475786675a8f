import path from 'node:path';

import { build } from 'esbuild';
import type { Metafile, Plugin } from 'esbuild';

import { bundleOptions } from '../../../../scripts/bundle-options.ts';

/**
 * The SDK that reads kubeconfig files with plugins would cost every controller 7 to 15 MB of memory, and in a
 * pod nobody gives it such a file: there it says so.
 */
const withoutKubeconfigSdk: Plugin = {
  name: 'without-kubeconfig-sdk',
  setup: (setup) => {
    setup.onLoad({ filter: /\/kube\/src\/sdk-kubeconfig\.ts$/ }, ({ path: file }) => ({
      resolveDir: path.dirname(file),
      loader: 'ts',
      contents: `
        import { ClusterAccessError } from './cluster-access.ts';
        export async function sdkKubeconfig(paths: readonly string[]): Promise<never> {
          throw new ClusterAccessError(
            'the kubeconfig ' + paths.join(', ') + ' cannot be used: this image reads one file in JSON, ' +
            'without plugins; unset KUBECONFIG to use the service account of the pod',
          );
        }`,
    }));
  },
};

/** Makes the one file of an image; says which input files it holds. */
export async function bundle(main: string, outfile: string, repository: string): Promise<Metafile> {
  const { metafile } = await build({
    ...bundleOptions(main),
    absWorkingDir: repository,
    outfile,
    plugins: [withoutKubeconfigSdk],
    legalComments: 'none', // the licences lie beside it, whole
    metafile: true,
  });
  return metafile;
}

/**
 * Every file that importing `packageName` may load. Nothing is written: the packages stay outside the bundle
 * because they look for files beside their own.
 */
export async function importedFiles(
  packageName: string,
  importer: string,
  repository: string,
): Promise<readonly string[]> {
  const { metafile } = await build({
    stdin: { contents: `export * from ${JSON.stringify(packageName)}`, resolveDir: importer },
    absWorkingDir: repository,
    outdir: repository,
    write: false,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'error',
    external: ['*.node', '@node-llama-cpp/*', '@reflink/*'], // loaded when they are there, and only then
    metafile: true,
  });
  return Object.keys(metafile.inputs).filter((file) => file !== '<stdin>');
}
