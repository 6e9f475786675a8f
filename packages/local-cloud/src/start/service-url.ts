import type { Wiring } from './program-options.ts';

/** Where a Service's port answers from this machine: its own address, unless a low port was not allowed. */
export function serviceUrl(_wiring: Wiring, address: string, port: number): string {
  return `http://${address}${port === 80 ? '' : `:${port}`}`;
}
