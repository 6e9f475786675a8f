/**
 * What tests stand on: time that moves when told, a network that fails when told, real control planes.
 *
 * @packageDocumentation
 */
export { SimulatedKubelets } from './arm/simulated-kubelets.ts';
export { controlSimulator } from './arm/simulator-control.ts';
export type { LoggedRequest, SimulatorControl } from './arm/simulator-control.ts';
export { Cloud } from './cloud/cloud.ts';
export type { CloudOptions, CloudReader } from './cloud/cloud.ts';
export type { CloudEvent } from './cloud/cloud-state.ts';
export { typicalCloud } from './cloud/behaviour.ts';
export type { CloudBehaviour } from './cloud/behaviour.ts';
export type { OperationFate } from './cloud/mischief.ts';
export type { PoolRequest } from './cloud/stored-pool.ts';
export type { Vm, VmSource } from './cloud/vm.ts';
export { ClusterModel } from './cluster/cluster-model.ts';
export type { ClusterOptions } from './cluster/cluster-model.ts';
export { typicalCluster } from './cluster/behaviour.ts';
export type { ClusterBehaviour } from './cluster/behaviour.ts';
export type { PodFate } from './cluster/kubelet/pod-fate.ts';
export { FakeClock } from './fake-clock.ts';
export { FakeKubernetes } from './fake-kubernetes.ts';
export type { FakeFault, FakeVerb } from './fake-kubernetes.ts';
export { mutantLoader } from './mutant-loader.ts';
export { startTestCluster } from './test-cluster.ts';
export type { TestCluster } from './test-cluster.ts';
export { startTestRegistry, TEST_ACCOUNT, testTool } from './test-registry.ts';
export type { TestRegistry, TestRegistryAuth } from './test-registry.ts';
export { connectProxy } from './connect-proxy.ts';
export type { ConnectProxy } from './connect-proxy.ts';
export { tcpProxy } from './tcp-proxy.ts';
export type { Pace, TcpProxy, TcpTarget } from './tcp-proxy.ts';
export { ApiServer } from './api-server/api-server.ts';
export type { ReadonlySnapshot } from './api-server/api-server.ts';
export { apiServerClient } from './api-server/api-server-client.ts';
export type { ApiServerClient } from './api-server/api-server-client.ts';
export { matcherOf } from './api-server/selection.ts';
export type { Matcher } from './api-server/selection.ts';
export { watchEventOf } from './api-server/watch-events.ts';
export type { Call, Effect, Role } from './simulation/effect.ts';
export { mutatedSource } from './exploration/mutations/mutate-sources.ts';
export type { FaultKind } from './simulation/fault.ts';
export type { Replica } from './simulation/replica.ts';
export type { SeenCall } from './simulation/seen.ts';
export { WatchedWorld } from './simulation/watched-world.ts';
export { World } from './simulation/world.ts';
export type { Checklist, Control, Era, Statement } from './checklist/checklist.ts';
export { checklistDocument } from './checklist/document.ts';
export { runChecklist } from './checklist/run.ts';
export { apiConformance } from './conformance/api-scenarios.ts';
export { collectionConformance } from './conformance/collection-scenarios.ts';
export { cloudConformance } from './conformance/cloud-scenarios.ts';
export type { Comparison, Conformance, Outcome } from './conformance/scenario.ts';
