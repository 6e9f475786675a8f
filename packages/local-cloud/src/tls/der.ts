/** The few DER (X.690) types that an X.509 certificate is made of. Each function returns one complete element. */

export function integer(value: Uint8Array): Buffer {
  const firstUsed = value.findIndex((byte) => byte !== 0);
  const digits = firstUsed === -1 ? Buffer.of(0) : Buffer.from(value.subarray(firstUsed));
  // A leading one bit would read as a negative number.
  return element(0x02, (digits[0] ?? 0) >= 0x80 ? [Buffer.of(0), digits] : [digits]);
}

export function boolean(value: boolean): Buffer {
  return element(0x01, [Buffer.of(value ? 0xff : 0)]);
}

export function bitString(bits: Uint8Array, unusedBits = 0): Buffer {
  return element(0x03, [Buffer.of(unusedBits), bits]);
}

export function octetString(bytes: Uint8Array): Buffer {
  return element(0x04, [bytes]);
}

export function utf8String(text: string): Buffer {
  return element(0x0c, [Buffer.from(text, 'utf8')]);
}

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return element(0x30, parts);
}

export function set(...parts: readonly Uint8Array[]): Buffer {
  return element(0x31, parts);
}

/** `[tag]`, constructed: wraps whole elements. */
export function explicit(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  return element(0xa0 + tag, parts);
}

/** `[tag] IMPLICIT`, primitive: the bytes carry the tag in place of their own type. */
export function implicit(tag: number, bytes: Uint8Array): Buffer {
  return element(0x80 + tag, [bytes]);
}

export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(0x06, [first * 40 + second, ...rest].map(base128));
}

/** UTCTime up to 2049, GeneralizedTime from 2050 on, as RFC 5280 section 4.1.2.5 wants it. */
export function time(instant: Date): Buffer {
  const digits = `${instant.toISOString().slice(0, 19).replaceAll(/\D/gu, '')}Z`;
  return instant.getUTCFullYear() < 2050
    ? element(0x17, [Buffer.from(digits.slice(2), 'ascii')])
    : element(0x18, [Buffer.from(digits, 'ascii')]);
}

function element(tag: number, parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthOf(content.length), content]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) {
    return Buffer.of(length);
  }
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) {
    bytes.unshift(rest % 256);
  }
  return Buffer.of(0x80 + bytes.length, ...bytes);
}

function base128(value: number): Buffer {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift(0x80 + (rest % 128));
  }
  return Buffer.from(bytes);
}
