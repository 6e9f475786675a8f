import * as z from 'zod';

import { runImage } from '../container/run-image.ts';
import type { RunnableImage } from '../container/run-image.ts';
import { ImagesError } from '../images-error.ts';

const Inspection = z.object({
  uid: z.int(),
  gid: z.int(),
  /** Bits, in hexadecimal, of what it may do and of what it may ever come to. */
  effective: z.string(),
  bounding: z.string(),
  noNewPrivileges: z.string(),
  /** Of each folder whether a file could be written: `ok` or the code of the error. */
  writes: z.record(z.string(), z.string()),
  /** Of Node and of all that is linked into it. */
  versions: z.record(z.string(), z.string()),
});

/** What a program in the container sees of itself and of its surroundings. */
export type Inspection = z.infer<typeof Inspection>;

const LOOKED_AT = ['/', '/app', '/etc', '/usr/local/bin', '/workspace', '/tmp', '/workspace/weights'];

/** Runs in the container, so in one line of JavaScript and with what is in the image. */
const PROGRAM = `
const fs = require('node:fs');
const status = fs.readFileSync('/proc/self/status', 'utf8');
const field = (name) => new RegExp('^' + name + ':\\\\s*(\\\\S+)', 'm').exec(status)?.[1] ?? '';
const attempt = (folder) => {
  try {
    fs.writeFileSync(folder + '/probe', '');
    fs.rmSync(folder + '/probe');
    return 'ok';
  } catch (error) {
    return error.code;
  }
};
console.log(JSON.stringify({
  uid: process.getuid(),
  gid: process.getgid(),
  effective: field('CapEff'),
  bounding: field('CapBnd'),
  noNewPrivileges: field('NoNewPrivs'),
  writes: Object.fromEntries(${JSON.stringify(LOOKED_AT)}.map((folder) => [folder, attempt(folder)])),
  versions: process.versions,
}));
`;

export async function inspect(image: RunnableImage): Promise<Inspection> {
  const container = await runImage(image, { command: ['node', '-e', PROGRAM] });
  const code = await container.exited;
  if (code !== 0) {
    throw new ImagesError(`a container of ${image.image.name} cannot be run: ${container.errors.trim()}`);
  }
  return Inspection.parse(JSON.parse(container.output));
}
