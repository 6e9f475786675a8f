import { describe, expect, test } from '@jest/globals';

import { AgentService, EndpointSlice, routesOf } from './service-rules.ts';

const metadata = { name: 'web', namespace: 'default', uid: 'u', resourceVersion: '1', creationTimestamp: '' };
const service = (spec: object = {}) =>
  AgentService.parse({
    metadata,
    spec: { clusterIP: '127.96.0.9', ports: [{ name: 'http', port: 80 }], ...spec },
  });
const slice = (endpoints: readonly object[], more: object = {}) =>
  EndpointSlice.parse({ metadata, addressType: 'IPv4', endpoints, ports: [{ name: 'http', port: 5000 }], ...more });
const endpoint = (address: string, conditions: object) => ({ addresses: [address], conditions });
const targets = (...slices: readonly ReturnType<typeof slice>[]) =>
  routesOf(service(), slices, (address) => `at-${address}`)[0]?.targets.map(({ host, port }) => `${host}:${port}`);

describe('routesOf', () => {
  test('forwards to ready endpoints of every slice, each once, where they are reached', () => {
    const first = slice([endpoint('b', { ready: true }), endpoint('a', {})]);
    const second = slice([endpoint('b', { ready: true }), endpoint('c', { ready: false })]);
    expect(targets(first, second)).toEqual(['at-a:5000', 'at-b:5000']);
  });

  test('falls back to endpoints that still serve while they terminate', () => {
    const leaving = endpoint('a', { ready: false, serving: true, terminating: true });
    const gone = endpoint('b', { ready: false, serving: false, terminating: true });
    const unready = endpoint('c', { ready: false, serving: false });
    expect(targets(slice([leaving, gone, unready]))).toEqual(['at-a:5000']);
    expect(targets(slice([leaving, endpoint('d', { ready: true })]))).toEqual(['at-d:5000']);
  });

  test('knows the endpoints that it does not use', () => {
    const [route] = routesOf(service(), [slice([endpoint('a', { ready: false })])], (address) => address);
    expect(route).toMatchObject({ targets: [], known: [{ host: 'a', port: 5000 }] });
  });

  test('takes the port of its name', () => {
    expect(targets(slice([endpoint('a', {})], { ports: [{ name: 'other', port: 1 }] }))).toEqual([]);
    expect(targets(slice([endpoint('a', {})], { addressType: 'IPv6' }))).toEqual([]);
  });

  test.each([{ clusterIP: 'None' }, { clusterIP: '' }, { type: 'ExternalName' }])(
    'listens for none with %j',
    (spec) => {
      expect(routesOf(service(spec), [], (address) => address)).toEqual([]);
    },
  );

  test('leaves out what is not TCP', () => {
    expect(routesOf(service({ ports: [{ port: 53, protocol: 'UDP' }] }), [], (address) => address)).toEqual([]);
  });
});
