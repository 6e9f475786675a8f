export interface Account {
  readonly user: string;
  readonly groups: readonly string[];
}

/** A kubeconfig (JSON, which is YAML) for one account of the local cluster. */
export function kubeconfig(server: string, caPem: string, user: string, token: string): string {
  const name = 'kaito-local';
  return `${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name, cluster: { server, 'certificate-authority-data': Buffer.from(caPem).toString('base64') } }],
      users: [{ name: user, user: { token } }],
      contexts: [{ name, context: { cluster: name, user } }],
      'current-context': name,
    },
    undefined,
    2,
  )}\n`;
}

/** The API server's static token file: token, user, uid, groups. */
export function tokenFile(accounts: readonly (Account & { readonly token: string })[]): string {
  return accounts.map(({ token, user, groups }) => `${token},${user},${user},"${groups.join(',')}"\n`).join('');
}
