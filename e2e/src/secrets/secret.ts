import { randomBytes } from 'node:crypto';

/** Something that must not be read in any log, event or condition. */
export interface Secret {
  /** What it is, for the report; never the secret itself. */
  readonly label: string;
  readonly text: string;
}

/** Random to its end, so that a part of it tells as much as the whole. */
export function plantedSecret(label: string, prefix = ''): Secret {
  return { label, text: `${prefix}${randomBytes(20).toString('hex')}` };
}

/** A private key is known by a line of its middle: the first ones are the same for many. */
export function keySecret(label: string, pem: string): Secret {
  return { label, text: pem.split('\n')[2] ?? pem };
}

const WINDOW = 16;
const BASE64_WINDOW = 24;

/** Texts of which each gives the secret away: itself, parts of it, and what URLs, headers and Secrets make of it. */
export function formsOf({ text }: Secret): readonly string[] {
  const tail = text.slice(-2 * WINDOW);
  const parts = [text, encodeURIComponent(text), tail.slice(-WINDOW), tail.slice(0, -WINDOW)];
  const encoded = [0, 1, 2].flatMap((offset) => base64Forms(text, offset));
  return [...new Set([...parts, ...encoded])].filter((form) => form.length >= WINDOW);
}

/** Base64 of any longer text in which the secret begins at `offset`, counted modulo 3. */
function base64Forms(text: string, offset: number): readonly string[] {
  const inner = Buffer.from(' '.repeat(offset) + text)
    .toString('base64')
    .slice(offset === 0 ? 0 : offset + 1)
    .replace(/.{1,4}$/u, '');
  return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')].map((form) => form.slice(-BASE64_WINDOW));
}
