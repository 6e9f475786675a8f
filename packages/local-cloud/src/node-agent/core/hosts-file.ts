/** A pod that has a name of its own below a headless Service. */
export interface NamedPod {
  readonly namespace: string;
  readonly hostname: string;
  readonly subdomain: string;
  /** Where its programs listen. */
  readonly address: string;
}

/** What `/etc/hosts` says in the pod: itself, and whoever is of the same headless Service. */
export function hostsFile(own: NamedPod, members: readonly NamedPod[]): string {
  const lines = members
    .toSorted((a, b) => (a.hostname < b.hostname ? -1 : 1))
    .map((member) => [member.address, ...namesOf(member), ...(member === own ? [own.hostname] : [])].join('\t'));
  return ['127.0.0.1\tlocalhost', ...lines, ''].join('\n');
}

function namesOf({ hostname, namespace, subdomain }: NamedPod): readonly string[] {
  const name = `${hostname}.${subdomain}`;
  return [`${name}.${namespace}.svc.cluster.local`, `${name}.${namespace}.svc`, `${name}.${namespace}`, name];
}
