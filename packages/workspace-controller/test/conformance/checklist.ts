import type { Checklist } from '@kaito/testkit';

import { CONTROLS } from './controls/catalogue.ts';
import { namePrefix } from './name-prefix.ts';
import { STATEMENTS } from './statements.ts';

const INTRODUCTION = `# What makes claims well

Written by \`npm run conformance -- consumer --write\`; the words are in
[statements.ts](../packages/workspace-controller/test/conformance/statements.ts).

The statements go on from those about the claims themselves, in [conformance.md](conformance.md): what whoever makes
Machines (M), NodeClaims (N) or both (B) owes to any provisioner, and must not expect of it. Each has tests that carry its
number, most of them with a provisioner that this project did not write, and controls: bugs that are put into the code
and that one of its tests must notice. \`npm run conformance -- consumer\` runs the tests, \`--controls\` the bugs,
\`--only N\` those of one statement.
`;

/** What `npm run conformance -- consumer` runs and writes down. */
export const checklist: Checklist = {
  word: 'consumer',
  about: 'those who make claims',
  statements: STATEMENTS,
  controls: CONTROLS,
  tests: 'packages/workspace-controller/{src,test}/**/*.test.ts',
  namePrefix,
  real: 'real API server',
  document: { file: 'docs/conformance-consumer.md', introduction: INTRODUCTION },
};
