/** How the fields of a value are read, merged, owned and checked. */
export type Shape = ScalarShape | RecordShape | ListShape | AnyShape;

export type ScalarType = 'string' | 'integer' | 'number' | 'boolean' | 'int-or-string' | 'quantity';

export interface ScalarShape extends Ruled {
  readonly kind: 'scalar';
  readonly type: ScalarType;
  /** What absence stands for in the key of a list item. */
  readonly keyDefault?: string;
  readonly isKeptWhenEmpty?: boolean;
  /** Go does not tell its zero from its absence. */
  readonly isOmittedWhenZero?: boolean;
}

/** A struct, when it has named fields; a map, when it has a `rest`. */
export interface RecordShape extends Ruled {
  readonly kind: 'record';
  readonly fields: ReadonlyMap<string, Shape>;
  /** Of every field that has no name here; absent: there are no others. */
  readonly rest?: Shape;
  /** Owned and replaced as one. */
  readonly isAtomic: boolean;
}

export interface ListShape extends Ruled {
  readonly kind: 'list';
  readonly items: Shape;
  /** Atomic: replaced as one. A set of scalars. Or items told apart by these fields. */
  readonly merge: 'atomic' | 'set' | readonly string[];
}

/** Whatever JSON can say; merged by what it is. */
export interface AnyShape extends Ruled {
  readonly kind: 'any';
}

interface Ruled {
  /** Absent for built-in kinds, whose rules are code. */
  readonly rules?: ValueRules;
}

/** What the schema of a custom kind asks of a value, beyond its type. */
export interface ValueRules {
  readonly required: readonly string[];
  readonly enum?: readonly unknown[] | undefined;
  readonly pattern?: { readonly text: string; readonly expression: RegExp } | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly maxItems?: number | undefined;
  /** In characters; of a list they are ignored. */
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly isDateTime: boolean;
  readonly validations: readonly Validation[];
  /** Of fields that are absent. */
  readonly defaults: ReadonlyMap<string, unknown>;
  /** Whether there is a default anywhere below. */
  readonly hasDefaults: boolean;
  /** Whether there is a validation here or anywhere below. */
  readonly hasValidations: boolean;
}

/** A rule in CEL. */
export interface Validation {
  readonly rule: string;
  readonly message: string;
  /** The field that is to blame, as `.count`; the value itself when absent. */
  readonly fieldPath?: string | undefined;
}

export const ANY: AnyShape = { kind: 'any' };

/** The shape of a field, undefined where nobody knows it. */
export function fieldShape(shape: RecordShape | AnyShape, name: string): Shape | undefined {
  return shape.kind === 'any' ? ANY : (shape.fields.get(name) ?? shape.rest);
}

/** Whether a value has one owner, and not one for each of its parts. */
export function isWhole(shape: Shape): boolean {
  switch (shape.kind) {
    case 'scalar':
      return true;
    case 'record':
      return shape.isAtomic;
    case 'list':
      return shape.merge === 'atomic';
    case 'any':
    default:
      return false;
  }
}
