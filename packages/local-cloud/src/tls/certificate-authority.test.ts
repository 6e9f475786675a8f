import { createServer, request } from 'node:https';
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { createCertificateAuthority } from './certificate-authority.ts';

const NOW = new Date('2030-05-06T07:08:09Z');

describe('createCertificateAuthority', () => {
  test('makes a self-signed authority that is valid from an hour ago for ten years', () => {
    const authority = new X509Certificate(createCertificateAuthority({ commonName: 'a name', now: NOW }).caPem);

    expect(authority.ca).toBe(true);
    expect(authority.subject).toBe('CN=a name');
    expect(authority.verify(authority.publicKey)).toBe(true);
    expect(authority.validFromDate).toEqual(new Date('2030-05-06T06:08:09Z'));
    expect(authority.validToDate).toEqual(new Date('2040-05-05T07:08:09Z'));
  });

  test('issues leaves that its key signed, with names, addresses, groups and usages', () => {
    const authority = createCertificateAuthority();
    const issued = authority.issue({
      commonName: 'admin',
      organizations: ['system:masters', 'system:others'],
      dnsNames: ['localhost', 'kubernetes.default.svc'],
      ipAddresses: ['127.0.0.1', '::1', 'fe80::1:2', '::ffff:1.2.3.4'],
      usages: ['server', 'client'],
    });
    const leaf = new X509Certificate(issued.certPem);

    expect(leaf.ca).toBe(false);
    expect(leaf.verify(new X509Certificate(authority.caPem).publicKey)).toBe(true);
    expect(leaf.checkPrivateKey(createPrivateKey(issued.keyPem))).toBe(true);
    expect(leaf.subject).toBe('O=system:masters\nO=system:others\nCN=admin');
    expect(leaf.subjectAltName).toBe(
      'DNS:localhost, DNS:kubernetes.default.svc, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:FE80:0:0:0:0:0:1:2, IP Address:0:0:0:0:0:FFFF:102:304',
    );
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  });

  test('gives each certificate a serial number of its own', () => {
    const authority = createCertificateAuthority();
    const serials = [1, 2, 3].map(
      (n) => new X509Certificate(authority.issue({ commonName: `leaf-${n}`, usages: ['client'] }).certPem).serialNumber,
    );

    expect(new Set(serials).size).toBe(3);
  });

  test('writes dates from 2050 on as generalized time', () => {
    const authority = new X509Certificate(createCertificateAuthority({ now: new Date('2049-12-31T23:30:00Z') }).caPem);

    expect(authority.validFromDate).toEqual(new Date('2049-12-31T22:30:00Z'));
    expect(authority.validToDate).toEqual(new Date('2059-12-31T23:30:00Z'));
  });

  test('refuses a common name that X.509 cannot carry, and what is no address', () => {
    const authority = createCertificateAuthority();

    expect(() => authority.issue({ commonName: 'x'.repeat(65), usages: ['client'] })).toThrow('1 to 64 characters');
    expect(() => authority.issue({ commonName: 'a', ipAddresses: ['localhost'], usages: ['server'] })).toThrow(
      'not an IP address: localhost',
    );
  });

  test('is believed by a TLS client that knows the authority, for the issued address only', async () => {
    const authority = createCertificateAuthority();
    const { certPem, keyPem } = authority.issue({
      commonName: 'server',
      ipAddresses: ['127.0.0.1'],
      usages: ['server'],
    });
    const server = createServer({ cert: certPem, key: keyPem }, (_, response) => response.end('hello'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;

    const call = async (servername?: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const options = { host: '127.0.0.1', port, ca: authority.caPem, agent: false as const };
        request(servername === undefined ? options : { ...options, servername }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });

    await expect(call()).resolves.toBe(200);
    await expect(call('elsewhere.example')).rejects.toThrow('elsewhere.example');
    server.close();
    await once(server, 'close');
  });
});
