/** Characters that spell no words, as the API server takes them for generated names. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
const LONGEST_PREFIX = 58;
/** Spreads neighbouring counts over the suffixes; shares no factor with their number. */
const STRIDE = 7_654_321;

/** Looks like any uid; each count has its own. */
export function uidOf(count: number): string {
  return `00000000-0000-4000-8000-${count.toString(16).padStart(12, '0')}`;
}

/** The name that was given, or one that begins as asked; each count has its own. Undefined when nothing was said. */
export function nameOf(given: unknown, prefix: unknown, count: number): string | undefined {
  if (typeof given === 'string' && given !== '') {
    return given;
  }
  return typeof prefix === 'string' && prefix !== '' ? generatedName(prefix, count) : undefined;
}

function generatedName(prefix: string, count: number): string {
  let rest = (count * STRIDE) % ALPHABET.length ** SUFFIX_LENGTH;
  let suffix = '';
  for (let place = 0; place < SUFFIX_LENGTH; place += 1) {
    suffix += ALPHABET.charAt(rest % ALPHABET.length);
    rest = Math.floor(rest / ALPHABET.length);
  }
  return `${prefix.slice(0, LONGEST_PREFIX)}${suffix}`;
}
