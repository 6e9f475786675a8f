/** Where a server listens. */
export interface BindAddress {
  /** All interfaces when absent. */
  readonly host?: string | undefined;
  readonly port: number;
}

const LARGEST_PORT = 65_535;

/** Reads `:8080` or `127.0.0.1:8080`, as the original's flags are written; undefined when it is neither. */
export function bindAddress(text: string): BindAddress | undefined {
  const [, host = '', digits = ''] = /^(.*):([0-9]+)$/u.exec(text) ?? [];
  const port = Number(digits);
  if (digits === '' || port > LARGEST_PORT) {
    return undefined;
  }
  return host === '' ? { port } : { host: host.replaceAll(/[[\]]/gu, ''), port };
}
