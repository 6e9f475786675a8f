import { isFields, isList, isSameJson } from '../json.ts';
import type { Fields } from '../json.ts';
import { fieldShape, isWhole } from '../schema/shape.ts';
import type { AnyShape, ListShape, RecordShape, Shape } from '../schema/shape.ts';
import { fieldSet, LEAF, NOTHING } from './field-set.ts';
import type { FieldSet } from './field-set.ts';
import { fieldsOfValue } from './fields-of-value.ts';
import { itemsByStep } from './list-items.ts';

/** In what a later value differs from an earlier one. */
export interface Difference {
  /** Added, or with another value. */
  readonly changed: FieldSet;
  readonly removed: FieldSet;
}

const SAME: Difference = { changed: NOTHING, removed: NOTHING };
const CHANGED: Difference = { changed: LEAF, removed: NOTHING };

export function compared(shape: Shape, before: unknown, after: unknown): Difference {
  if (before === after) {
    return SAME;
  }
  if (before === undefined) {
    return { changed: everyField(shape, after), removed: NOTHING };
  }
  if (after === undefined) {
    return { changed: NOTHING, removed: everyField(shape, before) };
  }
  // null: nothing is left in it, but itself
  return comparedInside(shape, before, after ?? (isList(before) ? [] : {}));
}

function comparedInside(shape: Shape, before: unknown, after: unknown): Difference {
  if (shape.kind === 'scalar' || isWhole(shape)) {
    return comparedWhole(before, after);
  }
  if (shape.kind === 'list') {
    return isList(before) && isList(after) ? comparedLists(shape, before, after) : CHANGED;
  }
  return isFields(before) && isFields(after) ? comparedRecords(shape, before, after) : comparedWhole(before, after);
}

function comparedWhole(before: unknown, after: unknown): Difference {
  return isSameJson(before, after) ? SAME : CHANGED;
}

/** What comes or goes does so with all structs, maps and lists on the way to its leaves. */
function everyField(shape: Shape, value: unknown): FieldSet {
  return allMembers(fieldsOfValue(shape, value));
}

function allMembers({ children }: FieldSet): FieldSet {
  return fieldSet(true, new Map([...children].map(([step, child]) => [step, allMembers(child)])));
}

function comparedRecords(shape: RecordShape | AnyShape, before: Fields, after: Fields): Difference {
  const parts: (readonly [string, Difference])[] = [];
  for (const name of Object.keys(after)) {
    if (after[name] !== before[name]) {
      parts.push([`f:${name}`, compared(fieldShape(shape, name) ?? shape, before[name], after[name])]);
    }
  }
  for (const name of Object.keys(before)) {
    if (after[name] === undefined && before[name] !== undefined) {
      parts.push([`f:${name}`, compared(fieldShape(shape, name) ?? shape, before[name], undefined)]);
    }
  }
  return together(parts);
}

function comparedLists(shape: ListShape, before: readonly unknown[], after: readonly unknown[]): Difference {
  const [earlier, later] = [itemsByStep(shape, before), itemsByStep(shape, after)];
  const steps = [...later.keys(), ...[...earlier.keys()].filter((step) => !later.has(step))];
  return together(steps.map((step) => [step, compared(shape.items, earlier.get(step), later.get(step))]));
}

function together(parts: readonly (readonly [string, Difference])[]): Difference {
  const pick = (side: keyof Difference): FieldSet => {
    const children = new Map<string, FieldSet>();
    for (const [step, { [side]: set }] of parts) {
      if (set.isMember || set.children.size > 0) {
        children.set(step, set);
      }
    }
    return fieldSet(false, children);
  };
  return { changed: pick('changed'), removed: pick('removed') };
}
