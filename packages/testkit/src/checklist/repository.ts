import path from 'node:path';

export const REPOSITORY: string = path.join(import.meta.dirname, '../../../..');
