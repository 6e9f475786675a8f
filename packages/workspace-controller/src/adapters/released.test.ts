import { describe, expect, it } from '@jest/globals';
import type { Workspace } from '@kaito/types';

import { aWorkspace } from '../../test/builders.ts';
import { Released } from './released.ts';

const leaving = aWorkspace({ metadata: { deletionTimestamp: '2026-01-01T12:00:00Z' } });
const key = 'default/llm';

describe('Released', () => {
  it('knows what was let go until the cache shows that it is gone, and forgets it then', () => {
    const shown = new Map<string, Workspace>([[key, leaving]]);
    const released = new Released(shown);
    released.note(leaving.metadata, []);
    expect(released.has(key)).toBe(true);
    shown.delete(key);
    expect(released.has(key)).toBe(false);
    shown.set(key, leaving);
    expect(released.has(key)).toBe(false);
  });

  it('does not take a namesake for it', () => {
    const { metadata } = leaving;
    const namesake = { ...leaving, metadata: { ...metadata, uid: 'another' } };
    const released = new Released(new Map([[key, namesake]]));
    released.note(metadata, []);
    expect(released.has(key)).toBe(false);
  });

  it('does not count on what others still hold, nor on what has just been taken up', () => {
    const workspace = aWorkspace();
    const released = new Released(new Map([[key, workspace]]));
    released.note(leaving.metadata, ['example.com/other']);
    released.note(workspace.metadata, []);
    expect(released.has(key)).toBe(false);
  });
});
