import type {
  ApplyRequest,
  DeleteRequest,
  KubernetesObject,
  ListPage,
  ListRequest,
  Manifest,
  PatchRequest,
  ResourceType,
  Selection,
} from '@kaito/controller-runtime';

import { fieldPaths } from '../../api-server/apply/field-paths.ts';
import { fieldsOf } from '../../api-server/json.ts';
import type { ApiDriver } from './api-driver.ts';
import { apiVersionOf } from './kinds.ts';
import { Shown } from './shown.ts';
import type { Projection } from './shown.ts';
import { WatchRecord } from './watch-record.ts';

const never = new AbortController().signal;
const FIELD_MANAGER = 'someone';
const POD_SPEC = { automountServiceAccountToken: false, containers: [{ name: 'main', image: 'main:1' }] };

export type Body = Readonly<Record<string, unknown>>;
type WriteOptions = Partial<Pick<ApplyRequest, 'fieldManager' | 'isForced'>> & {
  readonly subresource?: 'status';
  readonly show?: Projection;
};

/** What a scenario does to an API server; every answer is noted. */
export class ApiScript {
  readonly seen: unknown[] = [];
  readonly shown = new Shown();
  readonly #driver: ApiDriver;

  constructor(driver: ApiDriver) {
    this.#driver = driver;
  }

  get namespace(): string {
    return this.#driver.namespace;
  }

  /** A name that no other scenario has: for objects that live in no namespace. */
  own(name: string): string {
    return `${this.namespace}-${name}`;
  }

  note(what: string, value: unknown): void {
    this.seen.push({ [what]: value });
  }

  /** `fields` may bring their own `metadata`. */
  manifest(type: ResourceType, name: string | undefined, fields: Body = {}): Manifest {
    const { metadata, ...rest } = fields;
    return {
      apiVersion: apiVersionOf(type),
      kind: type.kind,
      metadata: {
        ...(name !== undefined && { name }),
        ...(type.isNamespaced && { namespace: this.namespace }),
        ...asBody(metadata),
      },
      ...rest,
    };
  }

  async create(
    type: ResourceType,
    name: string | undefined,
    fields: Body = {},
    { fieldManager = FIELD_MANAGER, show }: Pick<WriteOptions, 'fieldManager' | 'show'> = {},
  ): Promise<KubernetesObject> {
    const manifest = this.manifest(type, name, fields);
    return this.#noted(
      `create ${type.plural}`,
      async () => this.#driver.kubernetes.create({ type, manifest, fieldManager }, never),
      show,
    );
  }

  /** The name is the server's, so it is not noted. */
  async createUnnamed(type: ResourceType, generateName: string | undefined): Promise<KubernetesObject> {
    const manifest = this.manifest(type, undefined, generateName === undefined ? {} : { metadata: { generateName } });
    const answer = await this.#attempted(`create ${type.plural}`, async () =>
      this.#driver.kubernetes.create({ type, manifest, fieldManager: FIELD_MANAGER }, never),
    );
    return answer ?? NOTHING;
  }

  async apply(
    type: ResourceType,
    name: string,
    fields: Body,
    { fieldManager = FIELD_MANAGER, isForced = false, subresource, show }: WriteOptions = {},
  ): Promise<KubernetesObject> {
    const request = {
      type,
      manifest: this.manifest(type, name, fields),
      fieldManager,
      isForced,
      ...(subresource !== undefined && { subresource }),
    };
    return this.#noted(`apply ${type.plural}`, async () => this.#driver.kubernetes.apply(request, never), show);
  }

  async patch(
    type: ResourceType,
    name: string,
    body: Body,
    { fieldManager = FIELD_MANAGER, subresource, show }: WriteOptions = {},
  ): Promise<KubernetesObject> {
    const request: PatchRequest = {
      type,
      key: this.key(type, name),
      body,
      fieldManager,
      ...(subresource !== undefined && { subresource }),
    };
    return this.#noted(`patch ${type.plural}`, async () => this.#driver.kubernetes.patch(request, never), show);
  }

  async delete(type: ResourceType, name: string, options: Omit<DeleteRequest, 'type' | 'key'> = {}): Promise<void> {
    await this.#attempted(`delete ${type.plural}`, async () => {
      await this.#driver.kubernetes.delete({ type, key: this.key(type, name), ...options }, never);
    });
  }

  async evict(name: string, pods: ResourceType, deleteOptions: Body = {}): Promise<void> {
    const key = this.key(pods, name);
    const manifest: Manifest = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: key, deleteOptions };
    await this.#attempted('evict', async () => {
      await this.#driver.kubernetes.createSubresource({ type: pods, key, subresource: 'eviction', manifest }, never);
    });
  }

  async get(
    type: ResourceType,
    name: string,
    show: Projection = (object) => this.shown.object(object),
  ): Promise<KubernetesObject | undefined> {
    const object = await this.#driver.kubernetes.get({ type, key: this.key(type, name) }, never);
    this.note(`get ${type.plural}`, object === undefined ? 'nothing' : show(object));
    return object;
  }

  /** Notes names alone; answers the page. */
  async list(type: ResourceType, request: Omit<ListRequest, 'type'> = {}) {
    const scope = type.isNamespaced ? { namespace: this.namespace } : {};
    return this.#attempted(
      `list ${type.plural}`,
      async () => this.#driver.kubernetes.list({ type, ...scope, ...request }, never),
      ({ items }) => items.map(({ metadata }) => metadata.name),
    );
  }

  async nextPage(type: ResourceType, page: ListPage | undefined, request: Omit<ListRequest, 'type'>) {
    return this.list(type, { ...request, continueToken: page?.continueToken ?? '' });
  }

  /** What is attempted within is noted by the kind of the answer alone: the wording is the server's own affair. */
  async kindsOf(act: () => Promise<unknown>): Promise<void> {
    const from = this.seen.length;
    await act();
    const notes = this.seen
      .splice(from)
      .map((note) => JSON.stringify(note).replace(/"message":"(?:[^"\\]|\\.)*"/gu, '"message":"…"'));
    this.note('kinds', notes);
  }

  readonly shownMetadata: Projection = (object) => fieldsOf(this.shown.object(object))['metadata'];

  readonly shownLabelsAndSpec: Projection = ({ metadata, ['spec']: spec }) => ({ labels: metadata.labels, spec });

  /** Addresses are the server's to give. */
  readonly shownService: Projection = (object) =>
    this.shown.anything(
      object['spec'],
      (text) => text.replace(/^\d+\.\d+\.\d+\.\d+$/u, 'ADDRESS'),
      (name, value) => (name === 'nodePort' ? 'PORT' : value),
    );

  textAt(value: unknown, name: string): string {
    return String(fieldsOf(value)[name]);
  }

  pod(spec: Body): Body {
    return { spec: { ...POD_SPEC, ...spec } };
  }

  podTemplate(spec: Body): Body {
    return { metadata: { labels: { app: 'x' } }, spec: { ...POD_SPEC, ...spec } };
  }

  deployment(spec: Body = {}): Body {
    return { spec: { selector: { matchLabels: { app: 'x' } }, template: this.podTemplate({}), ...spec } };
  }

  /** Everybody who owns fields of an object, and which. */
  async owners(type: ResourceType, name: string): Promise<void> {
    const managers = await this.#driver.managersOf(type, this.key(type, name));
    const owners = managers.map(({ manager, operation, subresource, fields }) => [
      `${manager} by ${operation}${subresource === undefined ? '' : ` of ${subresource}`}`,
      fieldPaths(fields),
    ]);
    this.note('owners', Object.fromEntries(owners));
  }

  /** What is older than now is gone, except where the server caches it. */
  async forget(): Promise<void> {
    await this.#driver.forget();
  }

  /** Opens a watch; what it is told is noted when it is asked for. */
  watch(type: ResourceType, from: string, selection: Selection = {}, timeoutSeconds = 60): WatchRecord {
    const scope = type.isNamespaced ? { namespace: this.namespace } : {};
    const request = { type, ...scope, ...selection, resourceVersion: from, timeoutSeconds };
    return new WatchRecord(this, this.#driver, request);
  }

  key(type: ResourceType, name: string) {
    return type.isNamespaced ? { name, namespace: this.namespace } : { name };
  }

  async #noted(
    what: string,
    act: () => Promise<KubernetesObject>,
    show: Projection = (object) => this.shown.object(object),
  ): Promise<KubernetesObject> {
    return (await this.#attempted(what, act, show)) ?? NOTHING;
  }

  async #attempted<R>(
    what: string,
    act: () => Promise<R>,
    show: (answer: R) => unknown = () => 'accepted',
  ): Promise<R | undefined> {
    try {
      const answer = await act();
      this.note(what, show(answer));
      return answer;
    } catch (error) {
      this.note(what, this.shown.error(error));
      return undefined;
    }
  }
}

/** Stands for the answer of a write that was refused. */
const NOTHING: KubernetesObject = {
  metadata: { name: '', uid: '', resourceVersion: '0', creationTimestamp: '' },
};

function asBody(value: unknown): Body {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
