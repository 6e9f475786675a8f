/** A cloud on one machine: control plane, ARM simulator, node agent and model hub, each a process of its own. @packageDocumentation */
export { createCertificateAuthority } from './tls/certificate-authority.ts';
export type {
  CertificateAuthority,
  CertificateAuthorityOptions,
  CertificateRequest,
  IssuedCertificate,
} from './tls/certificate-authority.ts';
export { controlPlaneBinaries } from './control-plane/binary.ts';
export type { ControlPlaneBinaries } from './control-plane/binary.ts';
export { AuditEvent } from './control-plane/audit-event.ts';
export { startControlPlane } from './control-plane/start.ts';
export type { ControlPlane, ControlPlaneOptions } from './control-plane/start.ts';
export { LocalCloudError } from './local-cloud-error.ts';
export { goTool } from './go-tools/go-tool.ts';
export { prepareGoTools } from './go-tools/prepare-go-tools.ts';
export type { GoToolName, GoToolOptions } from './go-tools/go-tool.ts';
export { freePort } from './processes/free-port.ts';
export { listening } from './processes/listening.ts';
export { ManagedProcess } from './processes/managed-process.ts';
export { installCustomKinds, installDefinitions } from './control-plane/custom-kinds.ts';
export type { Definition } from './control-plane/custom-kinds.ts';
export { startArmSimulator } from './arm-simulator/arm-simulator.ts';
export type { ArmSimulator, ArmSimulatorOptions } from './arm-simulator/arm-simulator.ts';
export type { VmChange } from './arm-simulator/adapters/simulation.ts';
export type { RequestLogEntry } from './arm-simulator/adapters/request-log.ts';
export type { FaultRequest } from './arm-simulator/core/faults.ts';
export type { ClusterIdentity, Vm } from './arm-simulator/core/model.ts';
export type { SettingsPatch } from './arm-simulator/core/settings.ts';
export { kubeconfig } from './control-plane/kubeconfig.ts';
export { chartRights, rightsFiles } from './rights/chart-rights.ts';
export { grantRights } from './rights/grant-rights.ts';
export type { PolicyRule, Rights } from './rights/policy-rule.ts';
export { CONTROLLERS } from './start/accounts.ts';
export { SYSTEM_NAMESPACE } from './start/system-namespace.ts';
export { startLocalCluster } from './start/local-cluster.ts';
export type { LocalCluster, LocalClusterOptions } from './start/local-cluster.ts';
export { paths as localPaths } from './start/paths.ts';
export { prepare } from './start/prepare.ts';
export { ask } from './start/ask.ts';
export { AZURE } from './start/azure.ts';
export { kubectlWith } from './start/kubectl-run.ts';
export type { Kubectl } from './start/kubectl-run.ts';
export { serviceUrl } from './start/service-url.ts';
export { cloudScale, controllerProgram, simulatorEndpoint } from './start/program-options.ts';
export { BRING_YOUR_OWN, MACHINE, NODE_CLAIM, NODE_POOL } from './start/provisioners/provisioner.ts';
export type { Provisioner } from './start/provisioners/provisioner.ts';
export { installKarpenter, karpenterProgram, writeInstanceTypes } from './start/provisioners/karpenter.ts';
export type { ControllerName } from './start/controller-name.ts';
export { Progress, screenOf } from './start/progress.ts';
export type { ProgramOptions } from './processes/managed-process.ts';
export { readCatalog } from './model-hub/catalog.ts';
export type { CatalogFile } from './model-hub/catalog.ts';
export { startModelHub } from './model-hub/model-hub.ts';
export type { ModelHub, ModelHubOptions } from './model-hub/model-hub.ts';
export { startNodeAgent } from './node-agent/start-node-agent.ts';
export type { NodeAgent, NodeAgentOptions } from './node-agent/start-node-agent.ts';
export type { ImageProgram } from './node-agent/core/image.ts';
export { supportedMountMode } from './node-agent/adapters/container-root.ts';
export { KNOWN_IMAGES } from './node-agent/image-table.ts';
