import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

import { readClusterFile } from './cluster-file.ts';
import { LocalCloudError } from './local-cloud-error.ts';

/** `npm run kubectl -- …`: kubectl, talking to the running local cluster as its admin. */
try {
  const { kubectl, kubeconfig } = readClusterFile(path.join(import.meta.dirname, '../../../.local'));
  const [program, ...first] = kubectl;
  const child = spawn(program, [...first, ...process.argv.slice(2)], {
    stdio: 'inherit',
    cwd: process.env['INIT_CWD'] ?? process.cwd(),
    env: { ...process.env, KUBECONFIG: kubeconfig },
  });
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
} catch (error) {
  if (!(error instanceof LocalCloudError)) {
    throw error;
  }
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
