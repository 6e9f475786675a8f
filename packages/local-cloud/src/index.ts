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
export { startControlPlane } from './control-plane/start.ts';
export type { ControlPlane, ControlPlaneOptions } from './control-plane/start.ts';
export { LocalCloudError } from './local-cloud-error.ts';
export { freePort } from './processes/free-port.ts';
export { ManagedProcess } from './processes/managed-process.ts';
export { installCustomKinds } from './control-plane/custom-kinds.ts';
