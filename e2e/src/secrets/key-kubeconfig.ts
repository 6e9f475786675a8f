/** A kubeconfig (JSON, which is YAML) with a certificate instead of a token. */
export function keyKubeconfig(
  server: string,
  caPem: string,
  { certPem, keyPem }: { readonly certPem: string; readonly keyPem: string },
): string {
  const user = { 'client-certificate-data': encoded(certPem), 'client-key-data': encoded(keyPem) };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'kaito', cluster: { server, 'certificate-authority-data': encoded(caPem) } }],
    users: [{ name: 'kaito', user }],
    contexts: [{ name: 'kaito', context: { cluster: 'kaito', user: 'kaito' } }],
    'current-context': 'kaito',
  });
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64');
}
