import { readFile } from 'node:fs/promises';

import * as z from 'zod';

import { LocalCloudError } from '../local-cloud-error.ts';
import { SERVICE_ADDRESSES, stateFile } from './program-options.ts';
import type { Wiring } from './program-options.ts';

const ServiceAddresses = z.object({
  services: z.array(
    z.object({
      namespace: z.string(),
      name: z.string(),
      port: z.int(),
      address: z.object({ host: z.string(), port: z.int() }),
    }),
  ),
});

export interface ServicePort {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** Where a Service answers from this machine: its own address and port, or a high port where low ones are not allowed. */
export async function serviceUrl(wiring: Wiring, service: ServicePort): Promise<string> {
  const { services } = ServiceAddresses.parse(JSON.parse(await readFile(stateFile(wiring, SERVICE_ADDRESSES), 'utf8')));
  const found = services.find(
    ({ namespace, name, port }) => namespace === service.namespace && name === service.name && port === service.port,
  );
  if (found === undefined) {
    throw new LocalCloudError(`the Service ${service.name} is not reachable on port ${service.port}`);
  }
  const { host, port } = found.address;
  return `http://${host}${port === 80 ? '' : `:${port}`}`;
}
