import { ANY } from './shape.ts';
import type { ListShape, RecordShape, ScalarType, Shape } from './shape.ts';

/** Named types: each field's type in words as `string`, `[Container]name`, `{string}!`. */
export type TypeTable = Readonly<Record<string, Readonly<Record<string, string>>>>;

const SCALARS: readonly ScalarType[] = ['string', 'integer', 'number', 'boolean', 'int-or-string', 'quantity'];

/**
 * Reads types written as
 * `string`, `integer~` (left out when zero), `string=` (kept when empty), `string=TCP` (a default that counts in keys), `any`, `Name` (of the table), `Name!` (atomic),
 * `{T}` (map), `{T}!` (atomic map), `[T]` (atomic list), `[T]*` (set), `[T]a,b` (items told apart by fields a and b).
 */
export class TypeReader {
  readonly #table: TypeTable;
  readonly #known = new Map<string, Shape>();

  constructor(table: TypeTable) {
    this.#table = table;
  }

  read(text: string): Shape {
    const known = this.#known.get(text);
    if (known !== undefined) {
      return known;
    }
    const shape = this.#parsed(text);
    this.#known.set(text, shape);
    return shape;
  }

  struct(name: string): RecordShape {
    const shape = this.read(name);
    if (shape.kind !== 'record') {
      throw new TypeError(`${name} is no struct`);
    }
    return shape;
  }

  #parsed(text: string): Shape {
    const [, word, zero, keyDefault] = /^([a-z-]+)(~?)(?:=(.*))?$/u.exec(text) ?? [];
    if (word === 'any') {
      return ANY;
    }
    const type = SCALARS.find((known) => known === word);
    if (type !== undefined) {
      const named = keyDefault !== undefined && keyDefault !== '' && { keyDefault };
      return { kind: 'scalar', type, isOmittedWhenZero: zero === '~', isKeptWhenEmpty: keyDefault === '', ...named };
    }
    return this.#list(text) ?? this.#map(text) ?? this.#named(text);
  }

  #list(text: string): ListShape | undefined {
    const [, items, merge] = /^\[(.*)\]([^\]]*)$/u.exec(text) ?? [];
    if (items === undefined || merge === undefined) {
      return undefined;
    }
    const kinds: Readonly<Record<string, ListShape['merge']>> = { '': 'atomic', '*': 'set' };
    return { kind: 'list', items: this.read(items), merge: kinds[merge] ?? merge.split(',') };
  }

  #map(text: string): RecordShape | undefined {
    const [, rest, atomic] = /^\{(.*)\}(!?)$/u.exec(text) ?? [];
    return rest === undefined
      ? undefined
      : { kind: 'record', fields: new Map(), rest: this.read(rest), isAtomic: atomic === '!' };
  }

  #named(text: string): RecordShape {
    const name = text.replace(/!$/u, '');
    const fields = this.#table[name];
    if (fields === undefined) {
      throw new TypeError(`there is no type ${name}`);
    }
    const shapes = Object.entries(fields).map(([field, type]) => [field, this.read(type)] as const);
    return { kind: 'record', fields: new Map(shapes), isAtomic: text.endsWith('!') };
  }
}
