import { pathToFileURL } from 'node:url';
import path from 'node:path';

/** What a program is started with, `node --import`, so that it runs with the bug that its test was given. */
export const mutantLoader: string = pathToFileURL(path.join(import.meta.dirname, 'load-mutant.ts')).href;
