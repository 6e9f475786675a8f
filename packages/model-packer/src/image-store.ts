import { rename } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';

import { digestOf, download, formatOciReference, ImageLayout, Repository, TransferError } from '@kaito/oci';
import type { Credentials, Descriptor, HttpBody, OciReference, RawManifest } from '@kaito/oci';

import type { ImageName } from './image-name.ts';
import { PackerError } from './packer-error.ts';

/** One image or artifact, at a registry or in a folder; what is written comes under its tag last. */
export interface ImageStore {
  /** Without a scheme, as in a pod: `registry.example.com/team/phi-3:v1`; a folder's image by its tag alone. */
  readonly name: string;
  /** Where a person finds it. */
  label(): string;
  manifest(signal: AbortSignal): Promise<RawManifest>;
  /** One of a list. */
  manifestOf(descriptor: Descriptor, signal: AbortSignal): Promise<RawManifest>;
  /** A small blob, its digest checked. */
  blob(descriptor: Descriptor, signal: AbortSignal): Promise<Buffer>;
  /** A large one, to copy it elsewhere. */
  body(descriptor: Descriptor): HttpBody;
  hasBlob(descriptor: Descriptor, signal: AbortSignal): Promise<boolean>;
  /** `from`: where the blob lies already, which may spare its way. */
  putBlob(descriptor: Descriptor, body: HttpBody, signal: AbortSignal, from?: ImageStore): Promise<void>;
  /** Returns its digest. */
  putManifest(manifest: Omit<RawManifest, 'digest'>, signal: AbortSignal): Promise<string>;
}

export type ReadCredentials = (registry: string) => Promise<Credentials | undefined>;

export async function imageStore(name: ImageName, readCredentials: ReadCredentials): Promise<ImageStore> {
  return name.kind === 'layout'
    ? new LayoutImage(name.folder, name.tag)
    : new RegistryImage(name.reference, await readCredentials(name.reference.registry));
}

class RegistryImage implements ImageStore {
  readonly #reference: OciReference;
  readonly #repository: Repository;

  constructor(reference: OciReference, credentials: Credentials | undefined) {
    this.#reference = reference;
    this.#repository = new Repository(reference, { credentials, userAgent: 'kaito-model-packer' });
  }

  get name(): string {
    return this.label().replace(/^oci(?:\+http)?:\/\//u, '');
  }

  label(): string {
    return formatOciReference(this.#reference);
  }

  async manifest(signal: AbortSignal): Promise<RawManifest> {
    return this.#repository.manifest(this.#reference.version, signal);
  }

  async manifestOf({ digest }: Descriptor, signal: AbortSignal): Promise<RawManifest> {
    return this.#repository.manifest(digest, signal);
  }

  async blob(descriptor: Descriptor, signal: AbortSignal): Promise<Buffer> {
    const bytes = await buffer(this.body(descriptor).chunks(signal));
    if (digestOf(bytes) !== descriptor.digest) {
      throw new TransferError('Corrupt', `${this.#repository.name}@${descriptor.digest} arrived with another content`);
    }
    return bytes;
  }

  body(descriptor: Descriptor): HttpBody {
    const repository = this.#repository;
    return {
      length: descriptor.size,
      async *chunks(signal) {
        const opened = await repository.openBlob(descriptor, 0, signal);
        try {
          yield* opened.chunks;
        } finally {
          opened.cancel();
        }
      },
    };
  }

  async hasBlob(descriptor: Descriptor, signal: AbortSignal): Promise<boolean> {
    return this.#repository.hasBlob(descriptor, signal);
  }

  async putBlob(descriptor: Descriptor, body: HttpBody, signal: AbortSignal, from?: ImageStore): Promise<void> {
    const isNear = from instanceof RegistryImage && from.#reference.registry === this.#reference.registry;
    await this.#repository.pushBlob(descriptor, body, signal, isNear ? from.#reference.repository : undefined);
  }

  async putManifest(manifest: Omit<RawManifest, 'digest'>, signal: AbortSignal): Promise<string> {
    return this.#repository.pushManifest(manifest, this.#reference.version, signal);
  }
}

class LayoutImage implements ImageStore {
  readonly #layout: ImageLayout;
  readonly #tag: string | undefined;

  constructor(folder: string, tag: string | undefined) {
    this.#layout = new ImageLayout(folder);
    this.#tag = tag;
  }

  get name(): string {
    return this.#tag ?? path.basename(this.#layout.name);
  }

  label(): string {
    const folder = path.relative('.', this.#layout.name);
    return `oci:${folder === '' ? '.' : folder}${this.#tag === undefined ? '' : `:${this.#tag}`}`;
  }

  async manifest(): Promise<RawManifest> {
    return this.#layout.manifest(this.#tag);
  }

  /** A list's members need not be named by the index of the folder. */
  async manifestOf(descriptor: Descriptor): Promise<RawManifest> {
    const { mediaType, digest } = descriptor;
    return { mediaType, digest, bytes: await this.#layout.blob(descriptor) };
  }

  async blob(descriptor: Descriptor): Promise<Buffer> {
    return this.#layout.blob(descriptor);
  }

  body(descriptor: Descriptor): HttpBody {
    return this.#layout.body(descriptor);
  }

  async hasBlob(descriptor: Descriptor): Promise<boolean> {
    return this.#layout.hasBlob(descriptor);
  }

  async putBlob(descriptor: Descriptor, body: HttpBody, signal: AbortSignal): Promise<void> {
    if (await this.#layout.hasBlob(descriptor)) {
      return;
    }
    const target = await this.#layout.place(descriptor);
    const file = {
      name: descriptor.digest,
      sizeBytes: descriptor.size,
      sha256: descriptor.digest.replace(/^sha256:/u, ''),
      open: async () => ({ isContinued: false, chunks: body.chunks(signal), cancel: () => undefined }),
    };
    const { partial } = await download({ file, target, signal, onProgress: () => undefined });
    await rename(partial, target);
  }

  async putManifest(manifest: Omit<RawManifest, 'digest'>): Promise<string> {
    if (this.#tag === undefined) {
      throw new PackerError(`${this.label()} needs a tag`);
    }
    return this.#layout.tag(manifest, this.#tag);
  }
}
