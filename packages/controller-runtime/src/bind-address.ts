/** Where a server listens. */
export interface BindAddress {
  /** Empty: every address of the machine. */
  readonly host: string;
  readonly port: number;
}

const LARGEST_PORT = 65_535;

/** Reads `:8080`, `127.0.0.1:0` or `[::1]:8081`, as Go writes them; undefined when it is none of these. */
export function bindAddress(text: string): BindAddress | undefined {
  const [, host = '', digits = ''] = /^([^/]*):(\d{1,5})$/u.exec(text) ?? [];
  const port = Number(digits);
  return digits === '' || port > LARGEST_PORT ? undefined : { host: host.replaceAll(/[[\]]/gu, ''), port };
}

/** An address that names no host stands for this one; so do several programs share a machine, each with an address. */
export function onHost(address: BindAddress, host: string): BindAddress {
  return address.host === '' ? { ...address, host } : address;
}
