import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { checklistDocument } from '@kaito/testkit';

import { checklist } from './checklist.ts';

const DOCUMENT = new URL(`../../../../${checklist.document.file}`, import.meta.url);

describe('the table of statements about those who make claims', () => {
  it('is what it is made of; if not, npm run conformance -- consumer --write writes it', () => {
    expect(readFileSync(DOCUMENT, 'utf8')).toBe(checklistDocument(checklist));
  });
});
