import * as z from 'zod';

import type { ImageProgram } from './core/image.ts';

const ImageTable = z.array(
  z.strictObject({
    image: z.string().min(1),
    entrypoint: z.array(z.string()).default([]),
    cmd: z.array(z.string()).optional(),
    env: z.record(z.string(), z.string()).optional(),
    workingDir: z.string().startsWith('/').optional(),
    provides: z.string().optional(),
  }),
);

/** Throws an error that names everything that is wrong with the text. */
export function parseImageTable(json: string): readonly ImageProgram[] {
  return ImageTable.parse(JSON.parse(json));
}

/** Says what it would do, and stays until it is stopped. */
const DEVICE_PLUGIN = [
  'console.log("Offering the simulated GPUs of this node as nvidia.com/gpu");',
  'setInterval(() => {}, 60_000);',
  'process.on("SIGTERM", () => process.exit(0));',
].join('\n');

/** What stands behind well-known images; paths are relative to the repository. */
export const KNOWN_IMAGES: readonly ImageProgram[] = [
  { image: '*/workspace-controller:*', entrypoint: ['node', 'packages/workspace-controller/dist/main.js'] },
  { image: '*/gpu-provisioner:*', entrypoint: ['node', 'packages/gpu-provisioner/dist/main.js'] },
  { image: 'kaito.local/inference-server:*', entrypoint: ['node', 'packages/inference-server/dist/main.js'] },
  { image: 'docker.io/curlimages/curl:*', entrypoint: ['curl'] },
  { image: 'docker.io/library/busybox:*', entrypoint: [], cmd: ['sh'] },
  { image: 'docker.io/library/node:*', entrypoint: [], cmd: ['node'] },
  {
    image: '*/k8s-device-plugin:*',
    entrypoint: ['node', '--eval', DEVICE_PLUGIN],
    provides: 'nvidia.com/gpu',
  },
];
