import { readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { conformanceDocument, DOCUMENT } from './document.ts';
import { REPOSITORY } from './written-tests.ts';

describe('the table of statements', () => {
  it('is what it is made of; if not, npm run conformance -- provisioner --write writes it', () => {
    expect(readFileSync(path.join(REPOSITORY, DOCUMENT), 'utf8')).toBe(conformanceDocument());
  });
});
