/**
 * The generic Kubernetes port over HTTP: connections, TLS and authentication, and nothing else.
 *
 * @packageDocumentation
 */
export { ClusterAccessError } from './cluster-access.ts';
export type { ClusterAccess } from './cluster-access.ts';
export { kubernetesOverHttp } from './kubernetes-over-http.ts';
export type { KubernetesConnection, KubernetesOverHttpOptions, RequestRecord } from './kubernetes-over-http.ts';
export { loadClusterAccess } from './load-cluster-access.ts';
export { parseResourceUrl, resourceUrl } from './resource-url.ts';
export type { ResourcePath } from './resource-url.ts';
export { responseError } from './response-error.ts';
export type { FailedAnswer } from './response-error.ts';
