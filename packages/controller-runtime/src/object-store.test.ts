import { beforeEach, describe, expect, it } from '@jest/globals';

import { aNote, notes, recordingLogger } from '../test/notes.ts';
import type { LogLine, Note } from '../test/notes.ts';
import { keyOf } from './cache.ts';
import type { KubernetesObject } from './kubernetes.ts';
import { ObjectStore } from './object-store.ts';

let store: ObjectStore<Note>;
let changes: string[];
let lines: LogLine[];

beforeEach(() => {
  changes = [];
  lines = [];
  store = new ObjectStore<Note>({
    kind: notes,
    indexes: { text: ({ spec }) => [spec.text] },
    logger: recordingLogger(lines),
    onChange: ({ before, after }) => {
      changes.push(`${nameOf(before)} -> ${nameOf(after)}`);
    },
  });
});

describe('ObjectStore', () => {
  it('reports what a list adds, changes and no longer holds', () => {
    replace(10, aNote('a', 1), aNote('b', 2));
    changes.length = 0;
    replace(20, aNote('b', 12), aNote('c', 13));
    expect(changes).toEqual(['a@1 -> nothing', 'b@2 -> b@12', 'nothing -> c@13']);
    expect(store.hasSynced).toBe(true);
  });

  it('reports the same name under a new uid as a deletion and an addition', () => {
    replace(10, aNote('a', 1));
    store.take('MODIFIED', aNote('a', 11, { uid: 'another' }));
    expect(changes).toEqual(['nothing -> a@1', 'a@1 -> nothing', 'nothing -> a@11']);
  });

  it('finds objects by index, as they are now', () => {
    replace(10, aNote('a', 1, { text: 'x' }), aNote('b', 2, { text: 'x' }));
    store.take('MODIFIED', aNote('a', 11, { text: 'y' }));
    store.take('DELETED', aNote('b', 12, { text: 'x' }));
    expect([store.byIndex('text', 'x'), store.byIndex('text', 'y').map(keyOf)]).toEqual([[], ['default/a']]);
    expect(() => store.byIndex('colour', 'red')).toThrow('has no index "colour"');
  });

  it('takes in the answer of an own write before the watch brings it, and reports it once', () => {
    replace(10, aNote('a', 1));
    store.observe(aNote('a', 11, { text: 'own' }));
    store.take('MODIFIED', aNote('a', 11, { text: 'own' }));
    expect(changes).toEqual(['nothing -> a@1', 'a@1 -> a@11']);
  });

  it('never brings back what the watch has seen deleted', () => {
    replace(10, aNote('a', 1));
    store.take('DELETED', aNote('a', 13));
    store.observe(aNote('a', 12));
    expect(store.get('default/a')).toBeUndefined();
  });

  it('keeps an own write that a list from before it does not hold', () => {
    replace(10);
    store.observe(aNote('a', 15));
    replace(12);
    expect(store.list().map(keyOf)).toEqual(['default/a']);
    replace(15);
    expect(store.list()).toEqual([]);
  });

  it('does not let an older event undo an own write', () => {
    replace(10, aNote('a', 1));
    store.observe(aNote('a', 15, { text: 'own' }));
    store.take('MODIFIED', aNote('a', 12, { text: 'older' }));
    expect(store.get('default/a')?.spec.text).toBe('own');
  });

  it('keeps an own object when the event about its predecessor comes late', () => {
    replace(10, aNote('a', 1));
    store.observe(aNote('a', 15, { uid: 'successor' }));
    store.take('DELETED', aNote('a', 12));
    expect(store.get('default/a')?.metadata.uid).toBe('successor');
  });

  it('ignores an own write that a bookmark has gone past', () => {
    replace(10);
    store.advanceTo('20');
    store.observe(aNote('a', 15));
    expect(store.list()).toEqual([]);
  });

  it('keeps out what cannot be read, and logs it once', () => {
    replace(10, unreadable('a', 1), aNote('b', 2));
    store.take('MODIFIED', unreadable('a', 11));
    expect(store.list().map(keyOf)).toEqual(['default/b']);
    expect([store.unreadableCount, lines.map(({ message }) => message)]).toEqual([
      1,
      ['Ignoring an object that cannot be read'],
    ]);
  });

  it('drops an object that became unreadable, and takes it back when it can be read again', () => {
    replace(10, aNote('a', 1));
    store.take('MODIFIED', unreadable('a', 11));
    expect(store.get('default/a')).toBeUndefined();
    store.take('MODIFIED', aNote('a', 12));
    expect([store.get('default/a')?.metadata.resourceVersion, store.unreadableCount]).toEqual(['12', 0]);
  });

  it('forgets unreadable objects that are gone', () => {
    replace(10, unreadable('a', 1), unreadable('b', 2));
    store.take('DELETED', unreadable('a', 11));
    expect(store.unreadableCount).toBe(1);
    replace(20);
    expect(store.unreadableCount).toBe(0);
  });

  it('starts over when the versions of the server went back', () => {
    replace(1_000, aNote('a', 900));
    replace(10, aNote('a', 5));
    store.observe(aNote('b', 11));
    expect(store.list().map(({ metadata }) => metadata.resourceVersion)).toEqual(['5', '11']);
  });

  it('keeps no managed fields', () => {
    const note = aNote('a', 1);
    const metadata = Object.assign(structuredClone(note.metadata), { managedFields: [{ manager: 'kubectl' }] });
    replace(10, { ...note, metadata });
    expect(store.get('default/a')?.metadata).toEqual(note.metadata);
  });
});

function replace(version: number, ...objects: readonly KubernetesObject[]): void {
  store.replace(new Map(objects.map((object) => [keyOf(object), store.read(object)])), String(version));
}

function unreadable(name: string, version: number): KubernetesObject {
  return { ...aNote(name, version), spec: { text: 1 } };
}

function nameOf(note: Note | undefined): string {
  return note === undefined ? 'nothing' : `${note.metadata.name}@${note.metadata.resourceVersion}`;
}
