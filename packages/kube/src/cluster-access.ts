/** How to reach an API server and who we are to it. */
export interface ClusterAccess {
  /** With scheme and port; may carry a path that every request starts with. */
  readonly server: string;
  /** The authority that signed the server's certificate; absent: those that Node trusts. */
  readonly caPem?: string;
  /** The name that the server's certificate carries when it is not the host name in `server`. */
  readonly serverName?: string;
  /** Asked before each request, so that a renewed token is used. */
  readonly token?: () => string | Promise<string>;
  readonly clientCertPem?: string;
  readonly clientKeyPem?: string;
}

/** The way to the cluster is not configured, or not in a way that can be used; the message says what to do. */
export class ClusterAccessError extends Error {
  override readonly name = 'ClusterAccessError';
}
