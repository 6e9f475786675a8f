import path from 'node:path';

import type { Hub, HubFileName } from './hub.ts';
import type { RemoteSource } from './weights.ts';

/** A file of a hub, kept under its repository's name. */
export function hubSource(hub: Hub, name: HubFileName): RemoteSource {
  const { repo, file, revision } = name;
  return {
    kind: 'remote',
    name: `hf:${repo}/${file}@${revision}`,
    place: path.join(repo, file),
    keeper: 'the hub',
    locate: async (signal) => {
      const found = await hub.describe(name, signal);
      return {
        fileName: path.basename(file),
        file: { ...found, name: found.url.href, open: async (offset, stop) => hub.open(found, offset, stop) },
      };
    },
  };
}
