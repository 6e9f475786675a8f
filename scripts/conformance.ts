import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const HELP = `Holds what is written against what is so.

Usage: npm run conformance -- model|provisioner|consumer [options]

  model        the models of the simulations against a real control plane, Karpenter and the ARM simulator
  provisioner  the numbered statements about claims: each has a test, and a bug that the test must notice
  consumer     the same about those who make claims

Each tells more with --help.

Examples
  npm run conformance -- model --only ClusterModel
  npm run conformance -- provisioner
  npm run conformance -- provisioner --only 7 --controls
  npm run conformance -- consumer
`;

/** Each is a program of its own, which reads the same arguments. */
const PROGRAMS: Readonly<Record<string, string>> = {
  model: 'packages/testkit/src/conformance/main.ts',
  provisioner: 'packages/gpu-provisioner/test/conformance/main.ts',
  consumer: 'packages/workspace-controller/test/conformance/main.ts',
};

const [what = '--help'] = process.argv.slice(2);
const program = PROGRAMS[what];
if (program !== undefined) {
  await import(pathToFileURL(path.join(import.meta.dirname, '..', program)).href);
} else if (what === '--help' || what === '-h') {
  process.stdout.write(HELP);
} else {
  process.stderr.write('conformance: say what to compare: model, provisioner or consumer\ntry --help\n');
  process.exitCode = 2;
}
