/** Powers of a thousand, of a unit's thousand millionth up. */
const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const NANO = 1_000_000_000n;
const UNIT = DECIMAL.indexOf('');
const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/u;

const known = new Map<string, string>();

/** A quantity in its shortest form, as the API server stores it: `1000m` is `1`; anything else as it is. */
export function canonicalQuantity(value: unknown): unknown {
  if (typeof value !== 'string' && typeof value !== 'number') {
    return value;
  }
  const text = String(value);
  const found = known.get(text) ?? shortest(text);
  known.set(text, found);
  return found;
}

function shortest(text: string): string {
  const [, sign, whole = '', fraction = '', suffix = ''] = QUANTITY.exec(text) ?? [];
  if (sign === undefined || whole + fraction === '') {
    return text;
  }
  const nanos = nanosOf(BigInt(whole + fraction), fraction.length, suffix);
  return (sign === '-' && nanos !== 0n ? '-' : '') + written(nanos, suffix);
}

/** In the kind of suffix that it came with; less than a Ki is written in decimals. */
function written(nanos: bigint, suffix: string): string {
  if (/^[eE]/u.test(suffix)) {
    return inExponents(nanos);
  }
  return suffix.endsWith('i') && nanos >= 1024n * NANO ? inBinary(nanos) : inDecimal(nanos);
}

/** What is finer than a nano is rounded up. */
function nanosOf(digits: bigint, places: number, suffix: string): bigint {
  const [factor, divisor] = scaleOf(suffix);
  const numerator = digits * factor * NANO;
  const denominator = 10n ** BigInt(places) * divisor;
  return (numerator + denominator - 1n) / denominator;
}

function scaleOf(suffix: string): readonly [factor: bigint, divisor: bigint] {
  if (BINARY.includes(suffix)) {
    return [1024n ** BigInt(BINARY.indexOf(suffix)), 1n];
  }
  const power = /^[eE]/u.test(suffix) ? Number(suffix.slice(1)) : (DECIMAL.indexOf(suffix) - UNIT) * 3;
  return power >= 0 ? [10n ** BigInt(power), 1n] : [1n, 10n ** BigInt(-power)];
}

function inDecimal(nanos: bigint): string {
  const [digits, power] = shortened(nanos, 1000n, DECIMAL.length - 1);
  return `${digits}${DECIMAL[power] ?? ''}`;
}

function inExponents(nanos: bigint): string {
  const [digits, power] = shortened(nanos, 1000n, Infinity);
  const exponent = (power - UNIT) * 3;
  return exponent === 0 ? String(digits) : `${digits}e${exponent}`;
}

function inBinary(nanos: bigint): string {
  if (nanos % NANO !== 0n) {
    return inDecimal(nanos);
  }
  const [digits, power] = shortened(nanos / NANO, 1024n, BINARY.length - 1);
  return `${digits}${BINARY[power] ?? ''}`;
}

/** Divided by the base as often as it goes; zero has no power but the unit's. */
function shortened(value: bigint, base: bigint, most: number): readonly [digits: bigint, power: number] {
  if (value === 0n) {
    return [0n, base === 1000n ? UNIT : 0];
  }
  let [digits, power] = [value, 0];
  while (power < most && digits % base === 0n) {
    digits /= base;
    power += 1;
  }
  return [digits, power];
}
