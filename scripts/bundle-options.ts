import type { BuildOptions } from 'esbuild';

/** What every bundle of a deployable has in common, beside `npm start` and in an image. */
export function bundleOptions(main: string): BuildOptions {
  return {
    entryPoints: [main],
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'error',
    external: ['node-llama-cpp'], // native libraries lie beside the bundle
    // Some CommonJS dependencies call require() for built-in modules.
    banner: {
      js: "import { createRequire } from 'node:module'; import { dirname as dirnameOf } from 'node:path'; const require = createRequire(import.meta.url); const __dirname = dirnameOf(import.meta.filename);",
    },
  };
}

/** Files that a bundle reads at run time, by package. */
export const BUNDLE_DATA: Readonly<Record<string, readonly string[]>> = { 'workspace-controller': ['presets.yaml'] };
