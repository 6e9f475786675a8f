import { isIPv4, isIPv6 } from 'node:net';

/** The 4 or 16 bytes of an address as a certificate's subject alternative name carries them. */
export function ipAddressBytes(address: string): Buffer {
  if (isIPv4(address)) {
    return Buffer.from(address.split('.').map(Number));
  }
  if (!isIPv6(address) || address.includes('%')) {
    throw new TypeError(`not an IP address: ${address}`);
  }
  const [left = '', right] = address.split('::');
  const head = groups(left);
  const tail = right === undefined ? [] : groups(right);
  const bytes = Buffer.alloc(16);
  bytes.set(head, 0);
  bytes.set(tail, 16 - tail.length);
  return bytes;
}

function groups(text: string): number[] {
  return text
    .split(':')
    .filter((group) => group !== '')
    .flatMap((group) => (group.includes('.') ? group.split('.').map(Number) : twoBytes(Number.parseInt(group, 16))));
}

function twoBytes(value: number): number[] {
  return [Math.floor(value / 256), value % 256];
}
