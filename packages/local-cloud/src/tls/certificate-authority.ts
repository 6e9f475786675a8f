import type { KeyObject } from 'node:crypto';
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { CertificateFacts, CertificateUsage, DistinguishedName } from './certificate.ts';
import { signedCertificate, toBeSigned } from './certificate.ts';

export interface CertificateRequest {
  readonly commonName: string;
  /** Kubernetes reads them as groups. */
  readonly organizations?: readonly string[];
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly usages: readonly CertificateUsage[];
}

export interface IssuedCertificate {
  readonly certPem: string;
  readonly keyPem: string;
}

export interface CertificateAuthority {
  readonly caPem: string;
  readonly keyPem: string;
  issue(request: CertificateRequest): IssuedCertificate;
}

export interface CertificateAuthorityOptions {
  readonly commonName?: string;
  /** The moment of birth: everything it issues is valid from an hour before, for ten years. */
  readonly now?: Date;
}

interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const HOUR_MS = 3_600_000;
const TEN_YEARS_MS = 3652 * 24 * HOUR_MS;
const MAX_COMMON_NAME_LENGTH = 64;

/** A certificate authority of its own, self-signed, P-256; it lives as long as the object (or its two PEMs) is kept. */
export function createCertificateAuthority(options: CertificateAuthorityOptions = {}): CertificateAuthority {
  const name: DistinguishedName = { commonName: options.commonName ?? 'kaito local cloud' };
  const now = options.now ?? new Date();
  const validity = { notBefore: new Date(now.getTime() - HOUR_MS), notAfter: new Date(now.getTime() + TEN_YEARS_MS) };
  const authorityKey = newKeyPair();

  const certify = (facts: Omit<CertificateFacts, 'serial' | 'issuer' | 'issuerPublicKey' | 'notBefore' | 'notAfter'>) =>
    signed(
      { ...facts, ...validity, serial: newSerial(), issuer: name, issuerPublicKey: spki(authorityKey) },
      authorityKey,
    );

  return {
    caPem: certify({
      subject: name,
      publicKey: spki(authorityKey),
      isAuthority: true,
      usages: [],
      dnsNames: [],
      ipAddresses: [],
    }),
    keyPem: privateKeyPem(authorityKey),
    issue: (request) => {
      requireName(request.commonName);
      const key = newKeyPair();
      const certPem = certify({
        subject: { commonName: request.commonName, organizations: request.organizations ?? [] },
        publicKey: spki(key),
        isAuthority: false,
        usages: request.usages,
        dnsNames: request.dnsNames ?? [],
        ipAddresses: request.ipAddresses ?? [],
      });
      return { certPem, keyPem: privateKeyPem(key) };
    },
  };
}

function requireName(commonName: string): void {
  if (commonName === '' || commonName.length > MAX_COMMON_NAME_LENGTH) {
    throw new TypeError(`a certificate's common name has 1 to ${MAX_COMMON_NAME_LENGTH} characters: "${commonName}"`);
  }
}

function signed(facts: CertificateFacts, authorityKey: KeyPair): string {
  const tbs = toBeSigned(facts);
  return pem('CERTIFICATE', signedCertificate(tbs, sign('sha256', tbs, authorityKey.privateKey)));
}

function newKeyPair(): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** 16 random bytes, positive and never zero. */
function newSerial(): Buffer {
  return Buffer.concat([Buffer.of(0x40), randomBytes(15)]);
}

function spki(key: KeyPair): Buffer {
  return key.publicKey.export({ type: 'spki', format: 'der' });
}

function privateKeyPem(key: KeyPair): string {
  return key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').replaceAll(/.{64}(?=.)/gu, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
