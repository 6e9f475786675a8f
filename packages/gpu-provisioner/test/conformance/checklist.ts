import type { Checklist } from '@kaito/testkit';

import { CONTROLS } from './controls/catalogue.ts';
import { namePrefix } from './name-prefix.ts';
import { STATEMENTS } from './statements.ts';

const INTRODUCTION = `# What claims may rely on

Written by \`npm run conformance -- provisioner --write\`; the words are in
[statements.ts](../packages/gpu-provisioner/test/conformance/statements.ts). What claims in turn may expect of those who
make them stands in [conformance-consumer.md](conformance-consumer.md).

Each statement about Machines (M), NodeClaims (N) or both (B) has tests that carry its number, and controls: bugs that
are put into the code and that one of its tests must notice. \`npm run conformance -- provisioner\` runs the tests,
\`--controls\` the bugs, \`--only N\` those of one statement.
`;

/** What `npm run conformance -- provisioner` runs and writes down. */
export const checklist: Checklist = {
  word: 'provisioner',
  about: 'claims',
  statements: STATEMENTS,
  controls: CONTROLS,
  tests: 'packages/gpu-provisioner/{src,test}/**/*.test.ts',
  namePrefix,
  real: 'real API server, ARM simulator',
  document: { file: 'docs/conformance.md', introduction: INTRODUCTION },
};
