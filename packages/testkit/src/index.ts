/**
 * What tests stand on: time that moves when told, a network that fails when told, real control planes.
 *
 * @packageDocumentation
 */
export { FakeClock } from './fake-clock.ts';
export { FakeKubernetes } from './fake-kubernetes.ts';
export type { FakeFault, FakeVerb } from './fake-kubernetes.ts';
export { startTestCluster } from './test-cluster.ts';
export type { TestCluster } from './test-cluster.ts';
export { tcpProxy } from './tcp-proxy.ts';
export type { Pace, TcpProxy, TcpTarget } from './tcp-proxy.ts';
