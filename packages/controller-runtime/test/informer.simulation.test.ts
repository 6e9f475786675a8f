import { describe, expect, it } from '@jest/globals';
import { ApiError, informer, keyOf, silentLogger } from '@kaito/controller-runtime';
import type { Cache, Clock, KubernetesObject, ListPage, ListRequest } from '@kaito/controller-runtime';
import { FakeClock, FakeKubernetes } from '@kaito/testkit';
import * as fc from 'fast-check';

import { noteManifest, notes } from './notes.ts';
import type { Note } from './notes.ts';

const RUNS = 1_500;
const REQUEST_TIMEOUT_MS = 30_000;
const fieldManager = 'test';
const never = new AbortController().signal;

type Disturbance = 'endWatches' | 'breakWatches' | 'killWatchesSilently' | 'compact' | 'sendBookmarks';
type Step =
  | { readonly kind: 'create' | 'make unreadable' | 'delete'; readonly name: string }
  | { readonly kind: 'patch'; readonly name: string; readonly text: string }
  | { readonly kind: 'observe own writes' }
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'disturb'; readonly by: Disturbance }
  | { readonly kind: 'fault'; readonly verb: 'list' | 'watch'; readonly fault: 'hangs' | ApiError };

const name = fc.constantFrom('a', 'b', 'c', 'd');
const fault = fc.constantFrom<'hangs' | ApiError>(
  'hangs',
  new ApiError('Network', 'socket hang up'),
  new ApiError('Unavailable', 'starting', { status: 503, retryAfterMs: 3_000 }),
  new ApiError('Gone', 'too old', { status: 410 }),
  new ApiError('Unauthorized', 'expired', { status: 401 }),
);
const disturbance = fc.constantFrom<Disturbance>(
  'endWatches',
  'breakWatches',
  'killWatchesSilently',
  'compact',
  'sendBookmarks',
);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('create' as const), name }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('patch' as const), name, text: fc.string() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('delete' as const), name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('make unreadable' as const), name }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('observe own writes' as const) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.nat(20_000) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('disturb' as const), by: disturbance }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      verb: fc.constantFrom('list' as const, 'watch' as const),
      fault,
    }),
  },
);

describe('informer', () => {
  it('holds what the server has once disturbances stop, and has told every difference, in any order of events', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const world = aWorld();
        for (const each of steps) {
          await perform(world, each);
        }
        await world.clock.advance(600_000);
        const readable = world.server.objects(notes).filter((object) => notes.schema.safeParse(object).success);
        const expected = versions(readable);
        expect({ cache: versions(world.cache.list()), told: versions([...world.told.values()]) }).toEqual({
          cache: expected,
          told: expected,
        });
        expect(world.surprises).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});

interface World {
  readonly clock: FakeClock;
  readonly server: FakeKubernetes;
  readonly cache: Cache<Note>;
  /** Answers of own writes that the cache has not been shown yet. */
  readonly ownWrites: KubernetesObject[];
  /** What somebody knows who listens to the changes alone. */
  readonly told: Map<string, Note>;
  /** Changes that do not follow from what was told before. */
  readonly surprises: string[];
}

function aWorld(): World {
  const clock = new FakeClock();
  const server = new ImpatientKubernetes(clock);
  const tested = informer<Note>({ kubernetes: server, kind: notes, clock, logger: silentLogger, random: () => 0.5 });
  const world = { clock, server, cache: tested.cache, ownWrites: [], told: new Map<string, Note>(), surprises: [] };
  tested.onChange(({ before, after }) => {
    note(world, before, after);
  });
  void tested.run(never);
  return world;
}

function note({ told, surprises }: World, before: Note | undefined, after: Note | undefined): void {
  const changed = after ?? before;
  const key = changed === undefined ? '' : keyOf(changed);
  if (told.get(key) !== before) {
    surprises.push(key);
  }
  if (after === undefined) {
    told.delete(key);
  } else {
    told.set(key, after);
  }
}

async function perform(world: World, given: Step): Promise<void> {
  const { clock, server } = world;
  switch (given.kind) {
    case 'create':
      await write(world, async () =>
        server.create({ type: notes, manifest: noteManifest(given.name), fieldManager }, never),
      );
      break;
    case 'patch':
      await write(world, async () => patch(server, given.name, given.text));
      break;
    case 'make unreadable':
      await write(world, async () => patch(server, given.name, 1));
      break;
    case 'delete':
      await server.delete({ type: notes, key: { namespace: 'default', name: given.name } }, never);
      break;
    case 'observe own writes':
      for (const answer of world.ownWrites.splice(0)) {
        world.cache.observe(answer);
      }
      break;
    case 'time':
      await clock.advance(given.ms);
      break;
    case 'disturb':
      server[given.by]();
      break;
    case 'fault':
      server.fail(given.verb, given.fault);
      break;
    default:
      given satisfies never;
  }
}

/** Refused writes change nothing. */
async function write({ ownWrites }: World, act: () => Promise<KubernetesObject>): Promise<void> {
  await act().then(
    (answer) => ownWrites.push(answer),
    () => undefined,
  );
}

async function patch(server: FakeKubernetes, of: string, text: unknown): Promise<KubernetesObject> {
  const key = { namespace: 'default', name: of };
  return server.patch({ type: notes, key, body: { spec: { text } }, fieldManager }, never);
}

function versions(objects: readonly Pick<Note, 'metadata'>[]): readonly string[] {
  return objects.map(({ metadata }) => `${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`).toSorted();
}

/** Gives up on an answer after a while, as the real transport does. */
class ImpatientKubernetes extends FakeKubernetes {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    super(clock);
    this.#clock = clock;
  }

  override async list(request: ListRequest, signal: AbortSignal): Promise<ListPage> {
    const answered = new AbortController();
    const tooLate = this.#clock.sleep(REQUEST_TIMEOUT_MS, answered.signal).then((): never => {
      throw new ApiError('Network', 'no answer');
    });
    try {
      return await Promise.race([super.list(request, signal), tooLate]);
    } finally {
      answered.abort();
    }
  }
}
