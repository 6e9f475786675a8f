import type { ClusterNetwork } from './network.ts';

/** Where everything of one control plane lies and listens. */
export interface Layout {
  readonly directory: string;
  readonly clusterId: string;
  readonly etcdClientPort: number;
  readonly etcdPeerPort: number;
  readonly apiServerPort: number;
  readonly controllerManagerPort: number;
  readonly schedulerPort: number;
  readonly network: ClusterNetwork;
  /** Every request to the API server, one JSON line each; absent: none is kept. */
  readonly auditLogFile?: string | undefined;
}

const AUDIT_LOG_MIB = 10_000;

const flag = (name: string, value: string | number | boolean): string => `--${name}=${value}`;

/** etcd without fsync: a development cluster may lose its data with the machine's power. */
export function etcdFlags({ directory, etcdClientPort, etcdPeerPort }: Layout): readonly string[] {
  const client = `http://127.0.0.1:${etcdClientPort}`;
  const peer = `http://127.0.0.1:${etcdPeerPort}`;
  return [
    flag('data-dir', `${directory}/etcd`),
    flag('listen-client-urls', client),
    flag('advertise-client-urls', client),
    flag('listen-peer-urls', peer),
    flag('initial-advertise-peer-urls', peer),
    flag('initial-cluster', `default=${peer}`),
    flag('unsafe-no-fsync', true),
    flag('log-level', 'error'),
  ];
}

export function apiServerFlags(layout: Layout): readonly string[] {
  const { directory, clusterId, etcdClientPort, apiServerPort, network, auditLogFile } = layout;
  return [
    flag('etcd-servers', `http://127.0.0.1:${etcdClientPort}`),
    // An API server that finds another cluster's etcd on its port must not take its objects for ours.
    flag('etcd-prefix', `/registry-${clusterId}`),
    flag('secure-port', apiServerPort),
    flag('bind-address', '127.0.0.1'),
    flag('advertise-address', '127.0.0.1'),
    flag('endpoint-reconciler-type', 'none'),
    flag('tls-cert-file', `${directory}/api-server.crt`),
    flag('tls-private-key-file', `${directory}/api-server.key`),
    flag('client-ca-file', `${directory}/ca.crt`),
    flag('token-auth-file', `${directory}/tokens.csv`),
    flag('authorization-mode', 'Node,RBAC'),
    // As on OpenShift: an owner that blocks its own deletion takes a right on the owner's finalizers.
    flag('enable-admission-plugins', 'OwnerReferencesPermissionEnforcement'),
    flag('service-account-issuer', 'https://kubernetes.default.svc'),
    flag('service-account-key-file', `${directory}/service-accounts.key`),
    flag('service-account-signing-key-file', `${directory}/service-accounts.key`),
    flag('service-cluster-ip-range', network.serviceCidr),
    flag('allow-privileged', true),
    flag('kubelet-certificate-authority', `${directory}/ca.crt`),
    flag('kubelet-client-certificate', `${directory}/kubelet-client.crt`),
    flag('kubelet-client-key', `${directory}/kubelet-client.key`),
    flag('kubelet-preferred-address-types', 'InternalIP'),
    ...(auditLogFile === undefined
      ? []
      : [
          flag('audit-log-path', auditLogFile),
          flag('audit-log-maxsize', AUDIT_LOG_MIB), // what is moved to another file would be lost to readers
          flag('audit-policy-file', `${directory}/audit-policy.yaml`),
        ]),
  ];
}

const ALL_CONTROLLERS: readonly string[] = ['*', '-nodeipam', '-bootstrapsigner', '-tokencleaner'];

export function controllerManagerFlags(
  { directory, controllerManagerPort }: Layout,
  controllers: readonly string[] = ALL_CONTROLLERS,
): readonly string[] {
  return [
    flag('kubeconfig', `${directory}/controller-manager.kubeconfig`),
    flag('service-account-private-key-file', `${directory}/service-accounts.key`),
    flag('root-ca-file', `${directory}/ca.crt`),
    flag('use-service-account-credentials', true),
    flag('leader-elect', false),
    flag('bind-address', '127.0.0.1'),
    flag('secure-port', controllerManagerPort),
    flag('cert-dir', `${directory}/controller-manager`),
    flag('controllers', controllers.join(',')),
  ];
}

export function schedulerFlags({ directory, schedulerPort }: Layout): readonly string[] {
  return [
    flag('kubeconfig', `${directory}/scheduler.kubeconfig`),
    flag('leader-elect', false),
    flag('bind-address', '127.0.0.1'),
    flag('secure-port', schedulerPort),
    flag('cert-dir', `${directory}/scheduler`),
  ];
}
