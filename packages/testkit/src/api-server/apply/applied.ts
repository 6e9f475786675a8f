import type { Fields } from '../json.ts';
import { fieldsOf } from '../json.ts';
import { Refusal } from '../refusal.ts';
import type { Shape } from '../schema/shape.ts';
import { compared } from './compared.ts';
import type { Difference } from './compared.ts';
import { intersection, isNothing, isSubset, NOTHING, union } from './field-set.ts';
import type { FieldSet } from './field-set.ts';
import { fieldPaths } from './field-paths.ts';
import { fieldsOfValue } from './fields-of-value.ts';
import { ownable, writerId } from './managers.ts';
import type { Manager, Managers, Writer } from './managers.ts';
import { merged } from './merged.ts';
import { disowned, withManager } from './ownership.ts';
import { pruned } from './pruned.ts';

export interface Application {
  readonly shape: Shape;
  readonly live: Fields;
  /** Every field that the writer wants, and no other. */
  readonly wanted: Fields;
  readonly managers: Managers;
  readonly writer: Writer;
  /** What a write through this subresource does not change. */
  readonly ignored: FieldSet;
  readonly isForced: boolean;
}

export interface Applied {
  readonly object: Fields;
  readonly managers: Managers;
  /** Whether the writer holds what it held before. */
  readonly isSameOwn: boolean;
}

/** Server-side apply. Refused when it changes what somebody else owns and is not forced. */
export function applied(application: Application): Applied {
  const { shape, live, wanted, managers, writer, ignored } = application;
  const id = writerId(writer);
  const said = fieldsOfValue(shape, wanted);
  const fields = ownable(said, ignored);
  const last = managers.get(id)?.fields ?? NOTHING;
  const own: Manager = { ...writer, fields };
  const withOwn = withManager(managers, own);
  const object = pruned({
    shape,
    object: fieldsOf(merged(shape, live, wanted)),
    last,
    said,
    heldByOthers: () => heldBy(managers, id),
  });
  const raw = compared(shape, live, object);
  const changes = { changed: ownable(raw.changed, ignored), removed: ownable(raw.removed, ignored) };
  refuseConflicts(application, changes, id);
  const isSameOwn = isSubset(last, fields) && isSubset(fields, last);
  const isChange = !isNothing(changes.changed) || !isNothing(changes.removed);
  return { object, managers: isChange ? disowned(withOwn, id, changes) : withOwn, isSameOwn };
}

function heldBy(managers: Managers, except: string): FieldSet {
  return [...managers].map(([id, { fields }]) => (id === except ? NOTHING : fields)).reduce(union, NOTHING);
}

function refuseConflicts({ managers, isForced }: Application, { changed }: Difference, own: string): void {
  if (isForced || isNothing(changed)) {
    return;
  }
  const conflicts = [...managers]
    .filter(([id]) => id !== own)
    .map(([, manager]) => ({ manager, paths: fieldPaths(intersection(manager.fields, changed)) }))
    .filter(({ paths }) => paths.length > 0)
    .toSorted((left, right) => (nameOf(left.manager) < nameOf(right.manager) ? -1 : 1));
  if (conflicts.length > 0) {
    throw conflictRefusal(conflicts);
  }
}

interface ManagerConflict {
  readonly manager: Manager;
  readonly paths: readonly string[];
}

function conflictRefusal(conflicts: readonly ManagerConflict[]): Refusal {
  const causes = conflicts.flatMap(({ manager, paths }) =>
    paths.map((field) => ({ field, reason: 'FieldManagerConflict', message: `conflict with ${nameOf(manager)}` })),
  );
  const [only] = causes;
  const text =
    causes.length === 1 && only !== undefined
      ? `1 conflict: ${only.message}: ${only.field}`
      : `${causes.length} conflicts: ${conflicts.map(conflictText).join('\n')}`;
  return new Refusal({ code: 409, reason: 'Conflict', message: `Apply failed with ${text}`, causes });
}

function conflictText({ manager, paths }: ManagerConflict): string {
  return [`conflicts with ${nameOf(manager)}:`, ...paths.map((path) => `- ${path}`)].join('\n');
}

function nameOf({ manager, operation, apiVersion, subresource }: Manager): string {
  const name = JSON.stringify(manager) + (subresource === undefined ? '' : ` with subresource "${subresource}"`);
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
