import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock, FakeKubernetes } from '@kaito/testkit';

import { noteManifest, notes, recordingLogger } from '../test/notes.ts';
import type { LogLine, Note } from '../test/notes.ts';
import { ApiError } from './api-error.ts';
import { keyOf } from './cache.ts';
import { informer } from './informer.ts';
import type { Informer, InformerOptions } from './informer.ts';
import type { ListPage, ListRequest } from './kubernetes.ts';

const fieldManager = 'test';
const never = new AbortController().signal;
let clock: FakeClock;
let server: FakeKubernetes;
let lines: LogLine[];
let tested: Informer<Note>;
let changes: string[];
let stop: AbortController;

beforeEach(() => {
  clock = new FakeClock();
  server = new FakeKubernetes(clock);
  lines = [];
  changes = [];
  stop = new AbortController();
  tested = anInformer();
});

describe('informer', () => {
  it('holds what there was and what comes, and tells each change once', async () => {
    await create('a');
    const { ended } = await start();
    await create('b');
    await server.patch({ type: notes, key: key('a'), body: { spec: { text: 'new' } }, fieldManager }, never);
    await server.delete({ type: notes, key: key('b') }, never);
    await clock.settle();
    expect(changes).toEqual(['+a', '+b', '~a', '-b']);
    expect(tested.cache.list().map(({ spec }) => spec.text)).toEqual(['new']);
    expect(server.calls.filter((call) => /list|watch/.test(call))).toEqual(['list notes', 'watch notes']);
    stop.abort();
    await ended;
  });

  it('of a kind that the cluster does not serve is empty, and looks again from time to time', async () => {
    tested = anInformer({ isOptional: true });
    await create('a');
    server.fail('list', new ApiError('NotFound', 'the server could not find the requested resource'));
    const served: boolean[] = [];
    tested.onServed(() => served.push(tested.cache.isServed));
    await start();
    expect([tested.cache.hasSynced, tested.cache.list()]).toEqual([true, []]);
    expect(served).toEqual([false]);
    await clock.advance(30_000);
    expect(changes).toEqual(['+a']);
    expect(served).toEqual([false, true]);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('reads long lists page by page', async () => {
    await Promise.all(Array.from({ length: 1_201 }, async (_, index) => create(`note-${index}`)));
    await start();
    expect(tested.cache.list()).toHaveLength(1_201);
    expect(server.calls.filter((call) => call === 'list notes')).toHaveLength(3);
  });

  it('reads the list in one piece when its pages expire meanwhile', async () => {
    server = new ForgetfulKubernetes(clock);
    tested = anInformer();
    await Promise.all(Array.from({ length: 600 }, async (_, index) => create(`note-${index}`)));
    await start();
    await clock.advance(1_000);
    expect(tested.cache.list()).toHaveLength(600);
    expect(server.calls.filter((call) => call === 'list notes')).toHaveLength(3);
  });

  it('is synced after the first complete list, not before', async () => {
    server.fail('list', new ApiError('Unavailable', 'starting'));
    let isSynced = false;
    void tested.synced(never).then(() => {
      isSynced = true;
      return isSynced;
    });
    await start();
    expect([isSynced, tested.cache.hasSynced]).toEqual([false, false]);
    await clock.advance(1_000);
    expect([isSynced, tested.cache.hasSynced]).toEqual([true, true]);
  });

  it('stops waiting for the list when the signal aborts', async () => {
    const waiting = tested.synced(stop.signal);
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    await expect(tested.synced(stop.signal)).rejects.toThrow('stopped');
  });

  it('goes on where it was when the server ends the stream', async () => {
    await start();
    await create('a');
    await clock.settle();
    server.endWatches();
    await create('b');
    await clock.settle();
    expect(changes).toEqual(['+a', '+b']);
    expect(server.calls.filter((call) => call === 'list notes')).toHaveLength(1);
  });

  it('does not spin when the server ends every stream at once', async () => {
    await start();
    for (let round = 0; round < 20; round += 1) {
      server.endWatches();
      await clock.advance(1_000);
    }
    expect(server.calls.filter((call) => call === 'watch notes').length).toBeLessThan(12);
  });

  it('lists again after a broken stream and tells what vanished, came and changed in between', async () => {
    await create('vanishes');
    await create('changes');
    await create('is-replaced');
    await start();
    changes.length = 0;
    server.killWatchesSilently();
    await server.delete({ type: notes, key: key('vanishes') }, never);
    await server.patch({ type: notes, key: key('changes'), body: { spec: { text: 'new' } }, fieldManager }, never);
    await server.delete({ type: notes, key: key('is-replaced') }, never);
    await create('is-replaced');
    await create('comes');
    server.compact();
    await clock.advance(130_000);
    expect(changes).toEqual(['-vanishes', '~changes', '-is-replaced', '+is-replaced', '+comes']);
  });

  it('lists again when the connection is lost, since another server may answer next', async () => {
    await start();
    server.breakWatches();
    await clock.advance(1_000);
    expect(server.calls).toEqual(['list notes', 'watch notes', 'list notes', 'watch notes']);
  });

  it('takes a stream for dead when nothing came for the time-out, and watches on from where it was', async () => {
    await start();
    server.killWatchesSilently();
    await create('a');
    await clock.advance(89_000);
    expect(changes).toEqual([]);
    await clock.advance(30_000);
    expect(changes).toEqual(['+a']);
    expect(server.calls.filter((call) => call === 'list notes')).toHaveLength(1);
  });

  it('keeps a quiet stream for which bookmarks come', async () => {
    await start();
    for (let minute = 0; minute < 10; minute += 1) {
      await clock.advance(60_000);
      server.sendBookmarks();
    }
    await clock.advance(60_000);
    expect(server.calls).toEqual(['list notes', 'watch notes']);
  });

  it('watches from the last bookmark, so that a quiet kind survives compaction', async () => {
    await start();
    await server.create({ type: { ...notes, plural: 'others' }, manifest: noteManifest('x'), fieldManager }, never);
    server.sendBookmarks();
    await clock.settle();
    server.compact();
    server.endWatches();
    await clock.settle();
    expect(server.calls.filter((call) => call === 'list notes')).toHaveLength(1);
    expect(server.openWatches).toBe(1);
  });

  it('lists again when its version is gone', async () => {
    await start();
    await create('a');
    await clock.settle();
    server.breakWatches(new ApiError('Gone', 'too old resource version', { status: 410 }));
    await clock.advance(1_000);
    expect(server.calls.filter((call) => call === 'list notes')).toHaveLength(2);
    expect(changes).toEqual(['+a']);
  });

  it('comes back when the server asks it to, not before', async () => {
    server.fail('list', new ApiError('TooManyRequests', 'slow down', { status: 429, retryAfterMs: 30_000 }));
    await start();
    await clock.advance(29_999);
    expect(server.calls).toEqual(['list notes']);
    await clock.advance(20_000);
    expect(server.calls).toEqual(['list notes', 'list notes', 'watch notes']);
  });

  it('keeps its place when opening the watch is refused for a while', async () => {
    server.fail('watch', new ApiError('Unavailable', 'busy', { status: 503 }));
    await start();
    await clock.advance(1_000);
    expect(server.calls).toEqual(['list notes', 'watch notes', 'watch notes']);
  });

  it('backs off to some ten seconds and never gives up', async () => {
    server.fail('list', ...Array.from({ length: 100 }, () => new ApiError('NotFound', 'no such resource')));
    await start();
    await clock.advance(60_000);
    const first = server.calls.length;
    await clock.advance(60_000);
    expect(first).toBeLessThan(16);
    expect(server.calls.length - first).toBeGreaterThanOrEqual(5);
    await clock.advance(1_200_000);
    expect(tested.cache.hasSynced).toBe(true);
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(100);
  });

  it('survives objects that cannot be read', async () => {
    await create('bad', 5);
    await create('good');
    await start();
    await server.patch({ type: notes, key: key('bad'), body: { spec: { text: 6 } }, fieldManager }, never);
    await create('worse', 7);
    await clock.settle();
    expect(tested.cache.list().map(keyOf)).toEqual(['default/good']);
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(2);
  });

  it('survives a listener that throws, and tells the others', async () => {
    tested = anInformer();
    tested.onChange(() => {
      throw new Error('a bug');
    });
    await start();
    await create('a');
    await clock.settle();
    expect(changes).toEqual(['+a']);
    expect(lines.map(({ message }) => message)).toContain('Listening to a change failed');
  });

  it('asks for its selection alone', async () => {
    tested = anInformer({ selection: { namespace: 'default', labelSelector: 'colour=red' } });
    await create('red', 'text', { colour: 'red' });
    await start();
    await create('green', 'text', { colour: 'green' });
    await create('crimson', 'text', { colour: 'red' });
    await clock.settle();
    expect(changes).toEqual(['+red', '+crimson']);
  });

  it('ends quietly when the signal aborts, wherever it is', async () => {
    for (const fault of ['hangs', new ApiError('Network', 'refused')] as const) {
      server.fail('list', fault);
      const own = new AbortController();
      const running = anInformer().run(own.signal);
      await clock.settle();
      own.abort();
      await expect(running).resolves.toBeUndefined();
    }
    expect(clock.sleeperCount).toBe(0);
  });

  it('may be run again', async () => {
    const { ended } = await start();
    stop.abort();
    await ended;
    await create('a');
    void tested.run(never);
    await clock.settle();
    expect(changes).toEqual(['+a']);
  });
});

/** History is compacted before the second page of a list is asked for. */
class ForgetfulKubernetes extends FakeKubernetes {
  override async list(request: ListRequest, signal: AbortSignal): Promise<ListPage> {
    if (request.continueToken !== undefined) {
      this.compact();
    }
    return super.list(request, signal);
  }
}

function anInformer(options: Partial<InformerOptions<Note>> = {}): Informer<Note> {
  const logger = recordingLogger(lines);
  return informer({ kubernetes: server, kind: notes, clock, logger, random: () => 0.5, ...options });
}

function listen(): void {
  tested.onChange(({ before, after }) => {
    const sign = before === undefined ? '+' : after === undefined ? '-' : '~';
    changes.push(`${sign}${(after ?? before)?.metadata.name ?? ''}`);
  });
}

/** The end is wrapped, so that awaiting the start does not await it. */
async function start(): Promise<{ readonly ended: Promise<void> }> {
  listen();
  const ended = tested.run(stop.signal);
  await clock.settle();
  return { ended };
}

async function create(name: string, text: unknown = 'text', labels?: Readonly<Record<string, string>>): Promise<void> {
  await server.create({ type: notes, manifest: noteManifest(name, text, labels), fieldManager }, never);
}

function key(name: string): { readonly namespace: string; readonly name: string } {
  return { namespace: 'default', name };
}
