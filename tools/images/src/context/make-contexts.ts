import path from 'node:path';
import process from 'node:process';

import { IMAGES } from '../image.ts';
import { provenance } from '../provenance.ts';
import { contextDirectory, makeContext } from './image-context.ts';

/** Leaves only what the Containerfiles copy from; gives the folders. */
export async function makeContexts(repository: string): Promise<readonly string[]> {
  const facts = await provenance(repository, process.env);
  const directories: string[] = [];
  for (const image of IMAGES) {
    const directory = contextDirectory(image, repository);
    await makeContext(image, directory, { repository, provenance: facts });
    directories.push(path.relative(repository, directory));
  }
  return directories;
}
