import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { customKinds, customResourceDefinition } from '@kaito/types';
import { stringify } from 'yaml';

/** Writes the CRD of every kind we own; `npm test` fails while the files differ from the schemas. */
const folder = path.join(import.meta.dirname, '../crds');
await mkdir(folder, { recursive: true });
for (const kind of customKinds) {
  const crd = customResourceDefinition(kind);
  await writeFile(path.join(folder, `${kind.group}_${kind.plural}.yaml`), stringify(crd, { lineWidth: 0 }));
}
