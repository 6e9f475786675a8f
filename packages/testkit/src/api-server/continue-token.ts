import { fieldsOf } from './json.ts';
import { badRequest } from './refusal.ts';

/** Where a list goes on: after which key, and in which state of the world. */
export interface ContinuePoint {
  readonly version: number;
  readonly lastKey: string;
}

export function continueToken({ version, lastKey }: ContinuePoint): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start: `${lastKey}\0` })).toString('base64url');
}

export function continuePoint(token: string): ContinuePoint {
  const { rv, start } = fieldsOf(parsed(token));
  if (typeof rv !== 'number' || typeof start !== 'string') {
    throw badRequest('continue key is not valid: the token cannot be read');
  }
  return { version: rv, lastKey: start.replace(/\0$/u, '') };
}

function parsed(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
