import { writeFile } from 'node:fs/promises';

import { BUILT_IN_TYPES_FILE } from '../api-server/built-in-kinds.ts';
import { startTestCluster } from '../test-cluster.ts';
import { describedTypes } from './api/described-types.ts';

/** Writes what the model knows of the built-in kinds, as a real API server describes them. */
const cluster = await startTestCluster({ components: ['etcd', 'kube-apiserver'] });
try {
  await writeFile(BUILT_IN_TYPES_FILE, `${JSON.stringify(await describedTypes(cluster), undefined, 2)}\n`);
} finally {
  await cluster.stop();
}
