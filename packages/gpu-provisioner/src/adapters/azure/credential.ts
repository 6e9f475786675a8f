import { WorkloadIdentityCredential } from '@azure/identity';
import type { TokenCredential } from '@azure/identity';

export interface IdentityOptions {
  readonly tenantId?: string;
  readonly clientId?: string;
  /** The service account's token, which the kubelet keeps fresh. */
  readonly tokenFile?: string;
  /** Absent: the public cloud. */
  readonly authorityHost?: string;
}

const PUBLIC_AUTHORITIES: readonly string[] = [
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.chinacloudapi.cn',
];

/**
 * The workload identity of this pod. It is made when the first token is asked for, and again after a failure: what
 * it needs may come after the process has started.
 */
export function workloadIdentity(options: IdentityOptions): TokenCredential {
  let made: TokenCredential | undefined;
  return {
    getToken: async (scopes, tokenOptions) => {
      made ??= makeCredential(options);
      return made.getToken(scopes, tokenOptions);
    },
  };
}

function makeCredential({ authorityHost, clientId, tenantId, tokenFile }: IdentityOptions): TokenCredential {
  return new WorkloadIdentityCredential({
    ...(tenantId !== undefined && { tenantId }),
    ...(clientId !== undefined && { clientId }),
    ...(tokenFile !== undefined && { tokenFilePath: tokenFile }),
    ...(authorityHost !== undefined && { authorityHost, disableInstanceDiscovery: isPrivate(authorityHost) }),
    retryOptions: { maxRetries: 0 },
  });
}

/** Microsoft's directory of authorities does not know it. */
function isPrivate(authorityHost: string): boolean {
  return !PUBLIC_AUTHORITIES.includes(new URL(authorityHost).host);
}
