import { createHash } from 'node:crypto';
import * as der from './der.ts';
import { ipAddressBytes } from './ip-address.ts';

export interface DistinguishedName {
  readonly commonName: string;
  readonly organizations?: readonly string[];
}

export type CertificateUsage = 'server' | 'client';

export interface CertificateFacts {
  readonly serial: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SubjectPublicKeyInfo of the key that is certified, and of the one that signs. */
  readonly publicKey: Buffer;
  readonly issuerPublicKey: Buffer;
  readonly isAuthority: boolean;
  readonly usages: readonly CertificateUsage[];
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}

const OID = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
} as const;

const SIGNATURE_ALGORITHM = der.sequence(der.objectIdentifier(OID.ecdsaWithSha256));
const P256_POINT_LENGTH = 65;

/** The part of an X.509 v3 certificate that gets signed (TBSCertificate). */
export function toBeSigned(facts: CertificateFacts): Buffer {
  return der.sequence(
    der.explicit(0, der.integer(Buffer.of(2))),
    der.integer(facts.serial),
    SIGNATURE_ALGORITHM,
    distinguishedName(facts.issuer),
    der.sequence(der.time(facts.notBefore), der.time(facts.notAfter)),
    distinguishedName(facts.subject),
    facts.publicKey,
    der.explicit(3, der.sequence(...extensions(facts))),
  );
}

export function signedCertificate(tbs: Buffer, signature: Buffer): Buffer {
  return der.sequence(tbs, SIGNATURE_ALGORITHM, der.bitString(signature));
}

function distinguishedName(name: DistinguishedName): Buffer {
  return der.sequence(
    ...(name.organizations ?? []).map((organization) => attribute(OID.organization, organization)),
    attribute(OID.commonName, name.commonName),
  );
}

function attribute(oid: string, value: string): Buffer {
  return der.set(der.sequence(der.objectIdentifier(oid), der.utf8String(value)));
}

function extensions(facts: CertificateFacts): Buffer[] {
  const list = [
    facts.isAuthority
      ? extension(OID.basicConstraints, true, der.sequence(der.boolean(true)))
      : extension(OID.basicConstraints, true, der.sequence()),
    // keyCertSign + cRLSign, or digitalSignature
    extension(
      OID.keyUsage,
      true,
      facts.isAuthority ? der.bitString(Buffer.of(0x06), 1) : der.bitString(Buffer.of(0x80), 7),
    ),
    extension(OID.subjectKeyIdentifier, false, der.octetString(keyIdentifier(facts.publicKey))),
    extension(OID.authorityKeyIdentifier, false, der.sequence(der.implicit(0, keyIdentifier(facts.issuerPublicKey)))),
  ];
  if (facts.usages.length > 0) {
    const purposes = facts.usages.map((usage) => der.objectIdentifier(OID[usage]));
    list.push(extension(OID.extendedKeyUsage, false, der.sequence(...purposes)));
  }
  const names = alternativeNames(facts);
  if (names.length > 0) {
    list.push(extension(OID.subjectAltName, false, der.sequence(...names)));
  }
  return list;
}

function alternativeNames(facts: CertificateFacts): Buffer[] {
  return [
    ...facts.dnsNames.map((name) => der.implicit(2, Buffer.from(name, 'ascii'))),
    ...facts.ipAddresses.map((address) => der.implicit(7, ipAddressBytes(address))),
  ];
}

function extension(oid: string, isCritical: boolean, value: Buffer): Buffer {
  const critical = isCritical ? [der.boolean(true)] : [];
  return der.sequence(der.objectIdentifier(oid), ...critical, der.octetString(value));
}

/** RFC 5280 4.2.1.2 method 1: SHA-1 of the public key's bits; a name for the key, not a protection. */
function keyIdentifier(subjectPublicKeyInfo: Buffer): Buffer {
  return createHash('sha1').update(subjectPublicKeyInfo.subarray(-P256_POINT_LENGTH)).digest();
}
