import path from 'node:path';

import { findWeights, formatOciReference, isTransferError, parseManifest, remoteBlob, Repository } from '@kaito/oci';
import type { Credentials, OciReference } from '@kaito/oci';

import { WeightsError } from './weights-error.ts';
import type { LocatedFile, RemoteSource } from './weights.ts';

/** Read anew at each attempt: a mounted Secret may have been put right meanwhile. */
export type ReadCredentials = (registry: string) => Promise<Credentials | undefined>;

/** The one GGUF file of an artifact, kept under the artifact's name. */
export function registrySource(reference: OciReference, readCredentials: ReadCredentials): RemoteSource {
  const name = formatOciReference(reference);
  return {
    kind: 'remote',
    name,
    place: placeOf(reference),
    keeper: 'the registry',
    locate: async (signal) => {
      const credentials = await readCredentials(reference.registry);
      const repository = new Repository(reference, { credentials, userAgent: 'kaito-inference-server' });
      try {
        return await locate(repository, reference.version, signal);
      } catch (error) {
        throw isTransferError(error, 'Unauthorized', 'Denied') ? withAdvice(error) : error;
      }
    },
  };
}

async function locate(repository: Repository, version: string, signal: AbortSignal): Promise<LocatedFile> {
  const raw = await repository.manifest(version, signal);
  const parsed = parseManifest(raw);
  if (parsed.kind === 'index') {
    throw new WeightsError(
      `${repository.name} ${version} is a list of manifests; name one of them by its digest`,
      false,
    );
  }
  const found = findWeights(parsed.manifest);
  if (!found.ok) {
    throw new WeightsError(`${repository.name} ${version} ${found.message}`, false);
  }
  const { layer, fileName } = found.weights;
  return { file: remoteBlob(repository, layer), fileName };
}

function withAdvice(error: Error): WeightsError {
  const advice = 'DOCKER_CONFIG names the folder where a Secret with the account is mounted';
  return new WeightsError(`${error.message}; ${advice}`, false, { cause: error });
}

/** Tags and digests of one repository lie side by side. */
function placeOf({ registry, repository, version }: OciReference): string {
  return path.join(registry.replaceAll(':', '_'), repository, `${version.replace(':', '-')}.gguf`);
}
