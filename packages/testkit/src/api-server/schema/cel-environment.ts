import { celEnv, celFunc, celMethod, CelScalar } from '@bufbuild/cel';
import type { CelError } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';

const { DYN, INT, STRING } = CelScalar;

const NO_SUCH_FIELD = 'field not found: ';
const NO_NUMBER = "type conversion error from 'string' to 'int'";
const INT_BITS = 64;

/** The API server's own function: the first match, empty without one. */
const find = celMethod('find', STRING, [STRING], STRING, function first(pattern) {
  return new RegExp(pattern, 'u').exec(this)?.[0] ?? '';
});

/** Decimal, as Go reads it: neither empty, nor hexadecimal, nor beyond 64 bits. */
const int = celFunc('int', [STRING], INT, (text) => {
  const value = /^[+-]?\d+$/u.test(text) ? BigInt(text) : undefined;
  if (value === undefined || BigInt.asIntN(INT_BITS, value) !== value) {
    throw new TypeError(NO_NUMBER);
  }
  return value;
});

/** What a rule of a CRD may say. */
export const celEnvironment = celEnv({
  variables: { self: DYN, oldSelf: DYN },
  funcs: [...strings, find, int],
});

/** Why a rule has no answer, in the API server's words; undefined: it is not known which these are. */
export function celErrorText({ message }: CelError): string | undefined {
  if (message.startsWith(NO_SUCH_FIELD)) {
    return `no such key: ${message.slice(NO_SUCH_FIELD.length)}`;
  }
  return message === NO_NUMBER ? message : undefined;
}
