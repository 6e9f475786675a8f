import { constants } from 'node:fs';
import { access } from 'node:fs/promises';

import { createDefaultHttpClient } from '@azure/core-rest-pipeline';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { ManagedIdentityCredential, WorkloadIdentityCredential } from '@azure/identity';
import type { TokenCredential } from '@azure/identity';

export interface IdentityOptions {
  /** `self-hosted`: a workload identity; `managed`: what the machine or its platform vouches for. */
  readonly deploymentMode?: 'self-hosted' | 'managed';
  readonly tenantId?: string;
  /** Of a managed identity, where the machine has several. */
  readonly clientId?: string;
  /** The service account's token, which the kubelet keeps fresh. */
  readonly tokenFile?: string;
  /** Absent: the public cloud. */
  readonly authorityHost?: string;
  /** A token is not waited for longer than this; absent: as long as the SDK does. */
  readonly requestTimeoutMs?: number;
}

const PUBLIC_AUTHORITIES: readonly string[] = [
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.chinacloudapi.cn',
];

/**
 * The identity of this process. It is made when the first token is asked for, and again after a failure: what it needs
 * may come after the process has started.
 */
export function azureIdentity(options: IdentityOptions): TokenCredential {
  const authority = new Authority(options.requestTimeoutMs);
  let made: TokenCredential | undefined;
  return {
    getToken: async (scopes, tokenOptions) => {
      made ??= isManaged(options) ? managedIdentity(options, authority) : await workloadIdentity(options, authority);
      try {
        return await made.getToken(scopes, tokenOptions);
      } catch (error) {
        throw authority.isSilent ? new AuthorityUnavailable(error) : error;
      }
    },
  };
}

/** A federated token that is there comes first: the SDK would take it as well, in ways of its own. */
function isManaged({ clientId, deploymentMode, tenantId, tokenFile }: IdentityOptions): boolean {
  const isFederated = tenantId !== undefined && clientId !== undefined && tokenFile !== undefined;
  return deploymentMode === 'managed' && !isFederated;
}

async function workloadIdentity(options: IdentityOptions, httpClient: HttpClient): Promise<TokenCredential> {
  const { authorityHost, clientId, tenantId, tokenFile } = options;
  if (tenantId === undefined || clientId === undefined || tokenFile === undefined) {
    throw new CredentialUnavailable(incomplete(options));
  }
  if (!(await isReadable(tokenFile))) {
    throw new CredentialUnavailable(
      `the service account token ${tokenFile} (AZURE_FEDERATED_TOKEN_FILE) cannot be read; project it into the pod`,
    );
  }
  return new WorkloadIdentityCredential({
    tenantId,
    clientId,
    tokenFilePath: tokenFile,
    ...(authorityHost !== undefined && { authorityHost, disableInstanceDiscovery: isPrivate(authorityHost) }),
    retryOptions: { maxRetries: 0 },
    httpClient,
  });
}

function managedIdentity({ clientId }: IdentityOptions, httpClient: HttpClient): TokenCredential {
  return new ManagedIdentityCredential({
    ...(clientId !== undefined && { clientId }),
    retryOptions: { maxRetries: 0 },
    httpClient,
  });
}

function incomplete({ clientId, tenantId, tokenFile }: IdentityOptions): string {
  const missing = [
    tenantId === undefined ? ['AZURE_TENANT_ID'] : [],
    clientId === undefined ? ['AZURE_CLIENT_ID'] : [],
    tokenFile === undefined ? ['AZURE_FEDERATED_TOKEN_FILE'] : [],
  ].flat();
  return `the workload identity lacks ${missing.join(', ')}; the webhook of Azure Workload Identity sets them in pods whose service account is annotated, or use DEPLOYMENT_MODE=managed`;
}

/** Named like the SDK's own, which says the same of what it looks for. */
class CredentialUnavailable extends Error {
  override readonly name = 'CredentialUnavailableError';
}

async function isReadable(file: string): Promise<boolean> {
  try {
    await access(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** The way to whoever issues tokens; the SDK's errors do not tell what he answered. */
class Authority implements HttpClient {
  readonly #client = createDefaultHttpClient();
  readonly #timeoutMs: number;
  #isSilent = false;

  constructor(timeoutMs = 0) {
    this.#timeoutMs = timeoutMs;
  }

  /** The last request was not answered, or not as it should: nothing was said about the identity. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  sendRequest: HttpClient['sendRequest'] = async (request) => {
    request.timeout = request.timeout === 0 ? this.#timeoutMs : request.timeout;
    if (new URL(request.url).protocol === 'http:') {
      delete request.agent; // who vouches for a machine listens on it, where no proxy leads
    }
    this.#isSilent = true;
    const response = await this.#client.sendRequest(request);
    this.#isSilent = response.status >= 500 || [404, 408, 410, 429].includes(response.status);
    return response;
  };
}

class AuthorityUnavailable extends Error {
  override readonly name = 'AuthorityUnavailable';

  constructor(cause: unknown) {
    super(Error.isError(cause) ? cause.message : String(cause), { cause });
  }
}

/** Microsoft's directory of authorities does not know it. */
function isPrivate(authorityHost: string): boolean {
  return !PUBLIC_AUTHORITIES.includes(new URL(authorityHost).host);
}
