import { describe, expect, it } from '@jest/globals';

import { ApiError, isApiError } from './api-error.ts';

describe('isApiError', () => {
  it('tells by kind, and takes any when none is named', () => {
    const gone = new ApiError('Gone', 'too old');
    expect([isApiError(gone), isApiError(gone, 'Conflict', 'Gone'), isApiError(gone, 'Conflict')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('holds across copies of the package', () => {
    const copy = Object.assign(new Error('too old'), { name: 'ApiError', kind: 'Gone' });
    expect([isApiError(copy, 'Gone'), isApiError(new Error('too old')), isApiError('Gone')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
