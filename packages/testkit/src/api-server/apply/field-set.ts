/**
 * A set of the fields of an object, as a tree. A step is written as in `fieldsV1`: `f:name` a field,
 * `k:{"name":"x"}` the item of a list with that key, `v:"x"` the item of a set.
 */
export interface FieldSet {
  /** Whether the path up to here belongs to the set, and not only some of what is below it. */
  readonly isMember: boolean;
  readonly children: ReadonlyMap<string, FieldSet>;
}

const NO_CHILDREN: ReadonlyMap<string, FieldSet> = new Map();

export const NOTHING: FieldSet = { isMember: false, children: NO_CHILDREN };
export const LEAF: FieldSet = { isMember: true, children: NO_CHILDREN };

export function fieldSet(isMember: boolean, children: ReadonlyMap<string, FieldSet>): FieldSet {
  return children.size === 0 ? (isMember ? LEAF : NOTHING) : { isMember, children };
}

export function isNothing(set: FieldSet): boolean {
  return set === NOTHING || (!set.isMember && set.children.size === 0);
}

export function union(left: FieldSet, right: FieldSet): FieldSet {
  if (left === right || isNothing(right)) {
    return left;
  }
  if (isNothing(left)) {
    return right;
  }
  const children = new Map(left.children);
  for (const [step, child] of right.children) {
    const other = children.get(step);
    children.set(step, other === undefined ? child : union(other, child));
  }
  return fieldSet(left.isMember || right.isMember, children);
}

/** Members of `left` that are no members of `right`; what lies below a member of `right` stays. */
export function difference(left: FieldSet, right: FieldSet): FieldSet {
  if (isNothing(right) || isNothing(left)) {
    return left;
  }
  return fieldSet(
    left.isMember && !right.isMember,
    mapped(left.children, (child, step) => {
      const other = right.children.get(step);
      return other === undefined ? child : difference(child, other);
    }),
  );
}

export function intersection(left: FieldSet, right: FieldSet): FieldSet {
  return fieldSet(
    left.isMember && right.isMember,
    mapped(left.children, (child, step) => {
      const other = right.children.get(step);
      return other === undefined ? NOTHING : intersection(child, other);
    }),
  );
}

export function isSubset(left: FieldSet, right: FieldSet): boolean {
  if (left === right) {
    return true;
  }
  if (left.isMember && !right.isMember) {
    return false;
  }
  for (const [step, child] of left.children) {
    if (!isSubset(child, right.children.get(step) ?? NOTHING)) {
      return false;
    }
  }
  return true;
}

/** Without these paths and everything below them. */
export function without(set: FieldSet, paths: FieldSet): FieldSet {
  return fieldSet(
    set.isMember,
    mapped(set.children, (child, step) => {
      const other = paths.children.get(step);
      return other === undefined ? child : other.isMember ? NOTHING : without(child, other);
    }),
  );
}

/** The set of the paths written as `metadata.name`. */
export function fieldsNamed(...paths: readonly string[]): FieldSet {
  return paths
    .map((path) => path.split('.').reduceRight((below, name) => fieldSet(false, new Map([[`f:${name}`, below]])), LEAF))
    .reduce(union, NOTHING);
}

function mapped(
  children: ReadonlyMap<string, FieldSet>,
  next: (child: FieldSet, step: string) => FieldSet,
): ReadonlyMap<string, FieldSet> {
  const left = new Map<string, FieldSet>();
  for (const [step, child] of children) {
    const kept = next(child, step);
    if (!isNothing(kept)) {
      left.set(step, kept);
    }
  }
  return left;
}
