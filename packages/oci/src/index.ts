/**
 * A small client of OCI registries: blobs and manifests, both ways, streamed and checked by their digest; models as
 * artifacts; images in folders.
 *
 * @packageDocumentation
 */
export type { Credentials } from './authorization.ts';
export { digestOf, hashOfFile } from './digest.ts';
export { readCredentials } from './docker-config.ts';
export { download, gigabytes } from './download.ts';
export type { OpenedFile, Progress, RemoteFile } from './download.ts';
export { bytesBody } from './http.ts';
export type { HttpBody } from './http.ts';
export { ImageLayout, jsonBytes } from './image-layout.ts';
export { Descriptor, MEDIA_TYPES, parseJson, parseManifest } from './manifest.ts';
export type { ImageManifest, RawManifest } from './manifest.ts';
export { findWeights, MODEL_PACK, modelConfig, modelManifest, weightsLayer } from './model-artifact.ts';
export { pullBlob, remoteBlob } from './pull-blob.ts';
export { formatOciReference, isDigest, looksLikeOciReference, parseOciReference } from './reference.ts';
export type { OciReference } from './reference.ts';
export { Repository } from './repository.ts';
export { isTransferError, TransferError } from './transfer-error.ts';
