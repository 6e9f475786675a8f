import { isFields, isList } from '../json.ts';
import type { Fields } from '../json.ts';
import { fieldShape } from '../schema/shape.ts';
import type { AnyShape, ListShape, RecordShape, Shape } from '../schema/shape.ts';
import { itemsByStep } from './list-items.ts';

/** What is live, with everything that is applied put into it. Parts that do not change are the same objects. */
export function merged(shape: Shape, live: unknown, applied: unknown): unknown {
  if (isFields(live) && isFields(applied) && (shape.kind === 'any' || (shape.kind === 'record' && !shape.isAtomic))) {
    return mergedRecords(shape, live, applied);
  }
  if (isList(live) && isList(applied) && shape.kind === 'list' && shape.merge !== 'atomic') {
    return mergedLists(shape, live, applied);
  }
  return applied;
}

function mergedRecords(shape: RecordShape | AnyShape, live: Fields, applied: Fields): Fields {
  const next: Record<string, unknown> = { ...live };
  for (const name of Object.keys(applied)) {
    const before = live[name];
    next[name] = before === undefined ? applied[name] : merged(fieldShape(shape, name) ?? shape, before, applied[name]);
  }
  return Object.freeze(next);
}

/**
 * In the order applied. What is only live keeps its place before the live item that followed it, unless that one has
 * been moved.
 */
function mergedLists(shape: ListShape, live: readonly unknown[], applied: readonly unknown[]): readonly unknown[] {
  const [mine, theirs] = [itemsByStep(shape, applied), itemsByStep(shape, live)];
  const next: unknown[] = [];
  const rest = [...mine];
  const take = ([step, item]: readonly [string, unknown]): void => {
    next.push(theirs.has(step) ? merged(shape.items, theirs.get(step), item) : item);
  };
  for (const [step, item] of theirs) {
    const nextShared = rest.findIndex(([other]) => theirs.has(other));
    if (!mine.has(step)) {
      next.push(item);
    } else if (rest[nextShared]?.[0] === step) {
      rest.splice(0, nextShared + 1).forEach(take);
    }
  }
  rest.forEach(take);
  return Object.freeze(next);
}
