/** An IPv4 range such as `127.64.0.0/20`. */
export interface Range {
  readonly first: number;
  readonly size: number;
}

export function parseRange(cidr: string): Range {
  const [address = '', bits = ''] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  const first = toNumber(address);
  if (!/^\d{1,2}$/u.test(bits) || Number(bits) > 32 || first === undefined || first % size !== 0) {
    throw new TypeError(`not an IPv4 range: ${cidr}`);
  }
  return { first, size };
}

function addressAt(range: Range, offset: number): string {
  const value = range.first + offset;
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** Where in the range the address lies; undefined when outside. */
function offsetIn(range: Range, address: string): number | undefined {
  const value = toNumber(address);
  const offset = value === undefined ? -1 : value - range.first;
  return offset >= 0 && offset < range.size ? offset : undefined;
}

function toNumber(address: string): number | undefined {
  const parts = address.split('.').map((part) => (/^\d{1,3}$/u.test(part) ? Number(part) : 256));
  return parts.length === 4 && parts.every((part) => part < 256)
    ? parts.reduce((sum, part) => sum * 256 + part, 0)
    : undefined;
}

/**
 * What pods are called in the API. Endpoints may not have loopback addresses, so that a pod's status holds
 * an address of this range, and its program listens at the same offset of the cluster's loopback range.
 */
const POD_IPS = '10.244.0.0';

export interface PodAddresses {
  /** The address in the pod's status. */
  podIp(offset: number): string;
  /** Where the pod's program listens. */
  loopback(offset: number): string;
  /** The loopback address behind an address of a pod's status; any other address is returned as it is. */
  reach(address: string): string;
  readonly size: number;
}

export function podAddresses(podCidr: string): PodAddresses {
  const loopbacks = parseRange(podCidr);
  const ips: Range = { first: parseRange(`${POD_IPS}/16`).first, size: loopbacks.size };
  return {
    podIp: (offset) => addressAt(ips, offset),
    loopback: (offset) => addressAt(loopbacks, offset),
    reach: (address) => {
      const offset = offsetIn(ips, address);
      return offset === undefined ? address : addressAt(loopbacks, offset);
    },
    size: loopbacks.size,
  };
}

/** Hands out offsets in turn, so that an address comes back as late as possible. */
export class OffsetPool {
  readonly #size: number;
  readonly #taken = new Set<number>();
  #next = 1;

  constructor(size: number) {
    this.#size = size;
  }

  /** Undefined when all are taken; the range's first and last are never given. */
  take(): number | undefined {
    for (let tries = 0; tries < this.#size; tries += 1) {
      const offset = this.#next;
      this.#next = offset + 1 < this.#size - 1 ? offset + 1 : 1;
      if (!this.#taken.has(offset)) {
        this.#taken.add(offset);
        return offset;
      }
    }
    return undefined;
  }

  release(offset: number): void {
    this.#taken.delete(offset);
  }
}
