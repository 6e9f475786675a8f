import { open, stat } from 'node:fs/promises';
import path from 'node:path';

import { PackerError } from './packer-error.ts';

export interface WeightsFile {
  readonly path: string;
  /** Without folders. */
  readonly name: string;
  readonly size: number;
}

/** Looks at the file before anything long begins. */
export async function weightsFile(file: string): Promise<WeightsFile> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) {
    throw new PackerError(`there is no file ${file}`);
  }
  if ((await firstBytes(file, 4)) !== 'GGUF') {
    throw new PackerError(`${file} is no GGUF file; llama.cpp's convert_hf_to_gguf.py makes one from other formats`);
  }
  const name = path.basename(file);
  if (/-\d{5}-of-\d{5}\.gguf$/u.test(name)) {
    throw new PackerError(`${file} is one part of a split file; llama-gguf-split --merge makes a whole one`);
  }
  return { path: file, name, size: found.size };
}

async function firstBytes(file: string, count: number): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(count), position: 0 });
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
