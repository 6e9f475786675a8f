import type {
  ApplyRequest,
  CreateRequest,
  DeleteRequest,
  KubernetesObject,
  Manifest,
  ObjectKey,
  PatchRequest,
} from '@kaito/controller-runtime';

import { applied } from './apply/applied.ts';
import { fieldsOfValue } from './apply/fields-of-value.ts';
import { NOBODY, ownable } from './apply/managers.ts';
import type { Managers, Writer } from './apply/managers.ts';
import { Ownership, withManager } from './apply/ownership.ts';
import type { PlainWrite } from './apply/ownership.ts';
import { checkPreconditions, isOver, metadataOfDeleted } from './deletion.ts';
import type { History } from './history.ts';
import { fieldsOf } from './json.ts';
import type { Fields } from './json.ts';
import { mergePatched } from './merge-patch.ts';
import { nameOf, uidOf } from './names.ts';
import { asObject, timeOf } from './object-meta.ts';
import { alreadyExists, conflict, internalError, invalid, noSuchResource, notFound } from './refusal.ts';
import { readApplied, readApply, readCreate, readPatch } from './sent.ts';
import type { Table } from './table.ts';
import { createdObject, updatedObject } from './writing.ts';
import type { Written } from './writing.ts';

const NAMESPACES = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', isNamespaced: false };

/** The calls that change something. */
export class Writes {
  readonly #history: History;
  readonly #namespaces: Table;
  readonly #now: () => Date;
  /** By uid. */
  readonly #ownerships = new Map<string, Ownership>();
  readonly #allocation = { next: (): number => (this.#allocated += 1) };
  #allocated = 0;
  #created = 0;

  constructor(history: History, now: () => Date) {
    this.#history = history;
    this.#namespaces = history.table(NAMESPACES);
    this.#now = now;
  }

  /** What every cluster has from the start. */
  begin(): void {
    for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system']) {
      const manifest: Manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
      this.create({ type: NAMESPACES, manifest, fieldManager: 'kube-apiserver' });
    }
  }

  create({ type, manifest, fieldManager }: CreateRequest): KubernetesObject {
    const table = this.#history.table(type);
    const { object, owned } = this.#create(table, readCreate(table.rules, manifest));
    const writer: Writer = { manager: fieldManager, operation: 'Update', apiVersion: manifest.apiVersion };
    this.#note(table, object, { writer, before: table.rules.empty, after: owned });
    return object;
  }

  patch({ type, key, body, subresource, fieldManager }: PatchRequest): KubernetesObject {
    const table = this.#history.table(type);
    const { rules } = table;
    const before = present(table, key);
    const proposed = readPatch(rules, mergePatched(before, body), before);
    const { object, owned } = this.#updated(table, before, proposed, subresource);
    if (object === before) {
      return before;
    }
    const { apiVersion = '' } = before;
    const writer: Writer = { manager: fieldManager, operation: 'Update', apiVersion, subresource };
    this.#note(table, object, { writer, before, after: owned });
    return this.#commit(table, before, object);
  }

  apply(request: ApplyRequest): KubernetesObject {
    const { type, manifest, subresource } = request;
    const table = this.#history.table(type);
    if (subresource !== undefined && (subresource !== 'status' || !table.rules.hasStatus)) {
      throw noSuchResource();
    }
    const { name = '', namespace } = manifest.metadata;
    const wanted = readApply(table.rules, manifest);
    const before = table.get({ name, namespace });
    if (before !== undefined) {
      return this.#applied(table, before, wanted, request);
    }
    if (subresource !== undefined) {
      throw notFound(type, name);
    }
    const { uid } = fieldsOf(wanted['metadata']);
    if (typeof uid === 'string') {
      const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
      throw conflict(type, name, why);
    }
    return this.#appliedAnew(table, wanted, request);
  }

  delete(request: DeleteRequest): void {
    const table = this.#history.table(request.type);
    const before = table.get(request.key);
    if (before === undefined) {
      return;
    }
    checkPreconditions(request.type, before, request.preconditions ?? {});
    const next = metadataOfDeleted(table.rules, before, request, this.#now());
    if (next === 'gone') {
      this.#remove(table, before);
    } else if (next !== 'unchanged') {
      const metadata = Object.freeze({ ...next, resourceVersion: this.#history.nextVersion });
      const object = asObject(Object.freeze({ ...before, metadata }));
      this.#history.commit(table, { event: 'MODIFIED', object, before });
    }
  }

  /** Now, as it is written into objects. */
  time(): string {
    return timeOf(this.#now());
  }

  managersOf({ metadata }: KubernetesObject): Managers {
    return this.#ownerships.get(metadata.uid)?.managers() ?? NOBODY;
  }

  #create(table: Table, sent: Fields): Written {
    const { rules } = table;
    const { type } = rules;
    const { name: given, generateName, namespace, resourceVersion: asked } = fieldsOf(sent['metadata']);
    this.#created += 1;
    const name = nameOf(given, generateName, this.#created);
    if (asked !== undefined) {
      throw internalError('resourceVersion should not be set on objects to be created');
    }
    if (name === undefined) {
      const message = 'Required value: name or generateName is required';
      throw invalid(type, '', [{ field: 'metadata.name', reason: 'FieldValueRequired', message }]);
    }
    const key = { name, namespace: type.isNamespaced && typeof namespace === 'string' ? namespace : undefined };
    if (key.namespace !== undefined && this.#namespaces.get({ name: key.namespace }) === undefined) {
      throw notFound(NAMESPACES, key.namespace);
    }
    const holder = table.get(key);
    if (holder !== undefined) {
      throw alreadyExists(type, name, holder.metadata.deletionTimestamp !== undefined);
    }
    const resourceVersion = this.#history.nextVersion;
    const identity = { ...key, uid: uidOf(this.#created), resourceVersion, creationTimestamp: timeOf(this.#now()) };
    const written = createdObject({ rules, sent, identity, allocation: this.#allocation });
    this.#history.commit(table, { event: 'ADDED', object: written.object });
    return written;
  }

  #applied(table: Table, before: KubernetesObject, wanted: Fields, request: ApplyRequest): KubernetesObject {
    const { rules } = table;
    const subresource = request.subresource === 'status' ? 'status' : undefined;
    const ownership = this.#ownershipOf(table, before);
    const writer = writerOf(request);
    const isConditional = fieldsOf(wanted['metadata'])['resourceVersion'] !== undefined;
    if (!isConditional && ownership.isRepeated(writer, { wanted, object: before })) {
      return before;
    }
    const result = applied({
      shape: rules.shape,
      live: before,
      wanted,
      managers: ownership.managers(),
      writer,
      ignored: rules.ignored[subresource ?? 'main'],
      isForced: request.isForced === true,
    });
    const { object } = this.#updated(table, before, readApplied(rules, result.object, before), subresource);
    if (object === before && result.isSameOwn) {
      ownership.applied(writer, { wanted, object: before });
      return before;
    }
    ownership.become(result.managers);
    const next = object === before ? withVersion(before, this.#history.nextVersion) : object;
    ownership.applied(writer, { wanted, object: next });
    return this.#commit(table, before, next);
  }

  #appliedAnew(table: Table, wanted: Fields, request: ApplyRequest): KubernetesObject {
    const { shape, ignored } = table.rules;
    const { object } = this.#create(table, wanted);
    const fields = ownable(fieldsOfValue(shape, wanted), ignored.main);
    const writer = writerOf(request);
    const ownership = this.#ownershipOf(table, object);
    ownership.become(withManager(NOBODY, { ...writer, fields }));
    ownership.applied(writer, { wanted, object });
    return object;
  }

  #updated(
    { rules }: Table,
    before: KubernetesObject,
    proposed: Fields,
    subresource: PatchRequest['subresource'],
  ): Written {
    const version = this.#history.nextVersion;
    return updatedObject({ rules, before, proposed, subresource, version, allocation: this.#allocation });
  }

  /** Answers what the client is told. Who takes off the last finalizer is told of the version before. */
  #commit(table: Table, before: KubernetesObject, object: KubernetesObject): KubernetesObject {
    if (!isOver(fieldsOf(object.metadata))) {
      this.#history.commit(table, { event: 'MODIFIED', object, before });
      return object;
    }
    this.#remove(table, before);
    return withVersion(object, before.metadata.resourceVersion);
  }

  /** Watches see it as it was, in the version of its end. */
  #remove(table: Table, before: KubernetesObject): void {
    this.#ownerships.delete(before.metadata.uid);
    const object = withVersion(before, this.#history.nextVersion);
    this.#history.commit(table, { event: 'DELETED', object, before });
  }

  #note(table: Table, object: KubernetesObject, write: Omit<PlainWrite, 'ignored'>): void {
    const ignored = table.rules.ignored[write.writer.subresource === undefined ? 'main' : 'status'];
    this.#ownershipOf(table, object).note({ ...write, ignored });
  }

  #ownershipOf({ rules }: Table, { metadata }: KubernetesObject): Ownership {
    let ownership = this.#ownerships.get(metadata.uid);
    if (ownership === undefined) {
      ownership = new Ownership(rules.shape);
      this.#ownerships.set(metadata.uid, ownership);
    }
    return ownership;
  }
}

function withVersion(object: KubernetesObject, resourceVersion: string): KubernetesObject {
  const metadata = Object.freeze({ ...object.metadata, resourceVersion });
  return asObject(Object.freeze({ ...object, metadata }));
}

function present(table: Table, key: ObjectKey): KubernetesObject {
  const object = table.get(key);
  if (object === undefined) {
    throw notFound(table.rules.type, key.name);
  }
  return object;
}

function writerOf({ fieldManager, manifest, subresource }: ApplyRequest): Writer {
  return { manager: fieldManager, operation: 'Apply', apiVersion: manifest.apiVersion, subresource };
}
