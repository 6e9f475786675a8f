/** A cloud on one machine: control plane, ARM simulator, node agent and model hub, each a process of its own. @packageDocumentation */
export { createCertificateAuthority } from './tls/certificate-authority.ts';
export type {
  CertificateAuthority,
  CertificateAuthorityOptions,
  CertificateRequest,
  IssuedCertificate,
} from './tls/certificate-authority.ts';
