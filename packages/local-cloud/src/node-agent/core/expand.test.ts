import { describe, expect, test } from '@jest/globals';

import { expand } from './expand.ts';

const lookup = (name: string): string | undefined => ({ NAME: 'kaito', EMPTY: '' })[name];

describe('expand', () => {
  test.each([
    ['$(NAME)', 'kaito'],
    ['a $(NAME) b $(NAME)', 'a kaito b kaito'],
    ['[$(EMPTY)]', '[]'],
    ['$(UNKNOWN)', '$(UNKNOWN)'],
    ['$$(NAME)', '$(NAME)'],
    ['$$$(NAME)', '$kaito'],
    ['$NAME ${NAME}', '$NAME ${NAME}'],
    ['$(NAME', '$(NAME'],
    ['100$', '100$'],
  ])('%s becomes %s', (text, expanded) => {
    expect(expand(text, lookup)).toBe(expanded);
  });
});
