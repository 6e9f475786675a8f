import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { digestOf } from './digest.ts';
import { bytesOf } from './http.ts';
import type { HttpBody } from './http.ts';
import { ImageIndex, MEDIA_TYPES, parseJson } from './manifest.ts';
import type { Descriptor, RawManifest } from './manifest.ts';
import { isDigest } from './reference.ts';
import { TransferError } from './transfer-error.ts';

const NAME = 'org.opencontainers.image.ref.name';

/** Images in a folder, as buildah, skopeo and others read and write them (`oci:FOLDER:TAG`). */
export class ImageLayout {
  readonly name: string;

  constructor(folder: string) {
    this.name = folder;
  }

  /** By tag or digest; without either the only one. */
  async manifest(version: string | undefined): Promise<RawManifest> {
    const { manifests } = await this.#index();
    const wanted = manifests.filter(
      ({ digest, annotations = {} }) => version === undefined || digest === version || annotations[NAME] === version,
    );
    const [descriptor] = wanted;
    if (descriptor === undefined || wanted.length > 1) {
      const tags = manifests.map(({ annotations = {}, digest }) => annotations[NAME] ?? digest).join(', ');
      throw new TransferError(
        'NotFound',
        `${this.name} holds ${tags === '' ? 'no image' : `the images ${tags}`}; name one`,
      );
    }
    return { mediaType: descriptor.mediaType, digest: descriptor.digest, bytes: await this.blob(descriptor) };
  }

  /** A small one, with its digest checked. */
  async blob({ digest }: Descriptor): Promise<Buffer> {
    const bytes = await readFile(this.#path(digest)).catch((error: unknown) => {
      throw new TransferError('NotFound', `${this.name} lacks the blob ${digest}`, { cause: error });
    });
    if (digestOf(bytes) !== digest) {
      throw new TransferError('Corrupt', `the blob ${digest} in ${this.name} has another content`);
    }
    return bytes;
  }

  /** As a body for a registry, which checks the digest itself. */
  body({ digest, size }: Descriptor): HttpBody {
    return { length: size, chunks: () => bytesOf(createReadStream(this.#path(digest))) };
  }

  async hasBlob({ digest, size }: Descriptor): Promise<boolean> {
    const found = await stat(this.#path(digest)).catch(() => undefined);
    return found?.size === size;
  }

  /** Where a blob belongs; its folder is there afterwards. */
  async place({ digest }: Descriptor): Promise<string> {
    const file = this.#path(digest);
    await mkdir(path.dirname(file), { recursive: true });
    return file;
  }

  /** Adds the manifest under a tag, instead of what had it before. */
  async tag({ mediaType, bytes }: Omit<RawManifest, 'digest'>, tag: string): Promise<string> {
    const digest = digestOf(bytes);
    const descriptor = { mediaType, digest, size: bytes.length };
    await writeWhole(await this.place(descriptor), bytes);
    const others = (await this.#index().catch(() => ({ manifests: [] }))).manifests;
    const kept = others.filter(({ annotations = {} }) => annotations[NAME] !== tag);
    const manifests = [...kept, ...(isDigest(tag) ? [descriptor] : [{ ...descriptor, annotations: { [NAME]: tag } }])];
    await writeWhole(path.join(this.name, 'oci-layout'), jsonBytes({ imageLayoutVersion: '1.0.0' }));
    const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests };
    await writeWhole(path.join(this.name, 'index.json'), jsonBytes(index));
    return digest;
  }

  async #index(): Promise<ImageIndex> {
    const file = path.join(this.name, 'index.json');
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw new TransferError('NotFound', `${this.name} is no OCI image layout: there is no ${file}`, { cause: error });
    });
    const index = ImageIndex.safeParse(parseJson(text));
    if (!index.success) {
      throw new TransferError('Rejected', `${file} is no image index`);
    }
    return index.data;
  }

  #path(digest: string): string {
    return path.join(this.name, 'blobs', digest.replace(':', '/'));
  }
}

/** The same bytes for the same value. */
export function jsonBytes(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}

async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  await writeFile(`${file}.partial`, bytes);
  await rename(`${file}.partial`, file);
}
