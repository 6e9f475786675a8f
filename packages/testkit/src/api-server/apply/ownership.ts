import { isSameJson } from '../json.ts';
import type { Fields } from '../json.ts';
import type { Shape } from '../schema/shape.ts';
import { compared } from './compared.ts';
import { difference, intersection, isNothing, NOTHING, union } from './field-set.ts';
import type { FieldSet } from './field-set.ts';
import { NOBODY, ownable, writerId } from './managers.ts';
import type { Manager, Managers, Writer } from './managers.ts';

/** A write that was no apply: who wrote it, and from what to what. */
export interface PlainWrite {
  readonly writer: Writer;
  /** What a write of this kind cannot change, and so not come to own. */
  readonly ignored: FieldSet;
  readonly before: Fields;
  readonly after: Fields;
}

/** What one applied the last time, and the object that there was then. */
interface Application {
  readonly wanted: Fields;
  readonly object: Fields;
}

/**
 * Who owns which fields of one object. Plain writes are only noted; who owns what is reckoned when somebody asks,
 * which for most objects is never.
 */
export class Ownership {
  readonly #shape: Shape;
  #managers: Managers = NOBODY;
  #noted: PlainWrite[] = [];
  readonly #applications = new Map<string, Application>();

  constructor(shape: Shape) {
    this.#shape = shape;
  }

  note(write: PlainWrite): void {
    this.#noted.push(write);
  }

  managers(): Managers {
    const noted = this.#noted;
    if (noted.length > 0) {
      this.#noted = [];
      this.#managers = noted.reduce((managers, write) => afterPlainWrite(this.#shape, managers, write), this.#managers);
    }
    return this.#managers;
  }

  /** After an apply. */
  become(managers: Managers): void {
    this.#managers = managers;
  }

  applied(writer: Writer, application: Application): void {
    this.#applications.set(writerId(writer), application);
  }

  /** Whether the writer applied just this to just this object, so that again it changes nothing. */
  isRepeated(writer: Writer, { wanted, object }: Application): boolean {
    const last = this.#applications.get(writerId(writer));
    return last?.object === object && isSameJson(last.wanted, wanted);
  }
}

/** What one writes one owns, and nobody else does; what one takes away nobody owns. */
function afterPlainWrite(shape: Shape, managers: Managers, { writer, ignored, before, after }: PlainWrite): Managers {
  const { changed, removed } = compared(shape, before, after);
  const [taken, gone] = [ownable(changed, ignored), ownable(removed, ignored)];
  const id = writerId(writer);
  const own = difference(union(managers.get(id)?.fields ?? NOTHING, taken), gone);
  return withManager(disowned(managers, id, { changed: taken, removed: gone }), { ...writer, fields: own });
}

/** The others without what was written over or taken away. */
export function disowned(
  managers: Managers,
  writer: string,
  { changed, removed }: { readonly changed: FieldSet; readonly removed: FieldSet },
): Managers {
  const next = new Map<string, Manager>();
  for (const [id, manager] of managers) {
    const fields =
      id === writer
        ? manager.fields
        : difference(difference(manager.fields, intersection(manager.fields, changed)), removed);
    if (!isNothing(fields)) {
      next.set(id, fields === manager.fields ? manager : { ...manager, fields });
    }
  }
  return next;
}

export function withManager(managers: Managers, manager: Manager): Managers {
  const next = new Map(managers);
  if (isNothing(manager.fields)) {
    next.delete(writerId(manager));
  } else {
    next.set(writerId(manager), manager);
  }
  return next;
}
