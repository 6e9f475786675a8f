import { renameSync, writeFileSync } from 'node:fs';

import type { Route } from '../core/service-rules.ts';
import type { ListenAddress } from './service-proxy.ts';

/**
 * Returns what is to be called when the listeners change: it writes where each Service can be reached, which is
 * another port than the Service's own where low ports are not allowed. Without a file it does nothing.
 */
export function serviceAddressesFile(
  file: string | undefined,
  list: () => readonly { readonly route: Route; readonly address: ListenAddress | undefined }[],
): () => void {
  return () => {
    if (file === undefined) {
      return;
    }
    const services = list().flatMap(({ route, address }) =>
      address === undefined
        ? []
        : [{ namespace: route.namespace, name: route.service, port: route.port, clusterIP: route.clusterIp, address }],
    );
    writeFileSync(`${file}.next`, `${JSON.stringify({ services }, undefined, 2)}\n`);
    renameSync(`${file}.next`, file);
  };
}
