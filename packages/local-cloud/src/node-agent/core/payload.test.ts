import { describe, expect, test } from '@jest/globals';

import { aPod } from '../../../test/node-agent/a-pod.ts';
import { payload, podNeeds, tokenKey } from './payload.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const place = { podIp: '10.244.0.1', hostIp: '127.0.0.1', allocatable: {} };
const sources = {
  configMaps: new Map([
    [
      'settings',
      new Map([
        ['a', bytes('1')],
        ['b', bytes('2')],
      ]),
    ],
  ]),
  secrets: new Map<string, ReadonlyMap<string, Uint8Array>>(),
};
const tokens = new Map([[tokenKey({ audience: '', expirationSeconds: 3607 }), 'a-token']]);

function files(volume: object): unknown {
  const pod = aPod({ metadata: { labels: { app: 'x' } }, spec: { volumes: [{ name: 'v', ...volume }] } });
  const [first = { name: 'v' }] = pod.spec.volumes;
  const result = payload(first, { pod, place, sources, tokens });
  return result && [...result].map(([name, file]) => [name, new TextDecoder().decode(file.bytes), file.mode]);
}

describe('payload', () => {
  test('holds every key of a ConfigMap, or the chosen ones at their paths', () => {
    expect(files({ configMap: { name: 'settings' } })).toEqual([
      ['a', '1', 0o644],
      ['b', '2', 0o644],
    ]);
    expect(files({ configMap: { name: 'settings', items: [{ key: 'b', path: 'deep/b', mode: 0o400 }] } })).toEqual([
      ['deep/b', '2', 0o400],
    ]);
  });

  test('holds what the API server mounts into every pod', () => {
    expect(
      files({
        projected: {
          defaultMode: 0o600,
          sources: [
            { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
            { configMap: { name: 'settings', items: [{ key: 'a', path: 'ca.crt' }] } },
            { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
          ],
        },
      }),
    ).toEqual([
      ['token', 'a-token', 0o600],
      ['ca.crt', '1', 0o600],
      ['namespace', 'default', 0o600],
    ]);
  });

  test.each([
    [{ secret: { secretName: 'none' } }, 'secret "none" not found'],
    [{ configMap: { name: 'settings', items: [{ key: 'x', path: 'x' }] } }, 'configmap "settings" has no key "x"'],
    [{ downwardAPI: { items: [{ path: 'x', fieldRef: { fieldPath: 'spec.x' } }] } }, 'unsupported fieldPath'],
  ])('waits for %j', (volume, message) => {
    expect(() => files(volume)).toThrow(message);
  });

  test('leaves out what is optional, and knows nothing of other volumes', () => {
    expect(files({ secret: { secretName: 'none', optional: true } })).toEqual([]);
    expect(files({ emptyDir: {} })).toBeUndefined();
  });
});

describe('podNeeds', () => {
  test('names every object once', () => {
    const pod = aPod({
      spec: {
        volumes: [
          { name: 'v', configMap: { name: 'settings' } },
          { name: 'w', projected: { sources: [{ secret: { name: 'keys' } }, { configMap: { name: 'settings' } }] } },
        ],
        containers: [
          {
            name: 'main',
            env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'keys', key: 'k' } } }],
            envFrom: [{ configMapRef: { name: 'more' } }],
          },
        ],
      },
    });
    expect(podNeeds(pod)).toEqual({ configMaps: ['more', 'settings'], secrets: ['keys'], tokens: [] });
  });
});
