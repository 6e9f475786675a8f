import { describe, expect, test } from '@jest/globals';

import { aPod } from '../../../test/node-agent/a-pod.ts';
import { mountsOf, parseMountInfo, rootPlan } from './mounts.ts';
import type { Bind } from './mounts.ts';
import { Container } from './pod.ts';

describe('mountsOf', () => {
  const pod = aPod({
    spec: {
      volumes: [
        { name: 'weights', emptyDir: {} },
        { name: 'settings', configMap: { name: 'settings' } },
      ],
    },
  });
  const mounts = (...volumeMounts: readonly object[]) =>
    mountsOf(pod, Container.parse({ name: 'main', volumeMounts }), { ID: 'seven' });

  test('puts outer paths first', () => {
    expect(
      mounts(
        { name: 'weights', mountPath: '/a/b/c/' },
        { name: 'weights', mountPath: '/a' },
        { name: 'weights', mountPath: '/a//b' },
      ).map(({ mountPath }) => mountPath),
    ).toEqual(['/a', '/a/b', '/a/b/c']);
  });

  test('makes what shows objects of the API read-only', () => {
    const [weights, settings] = mounts({ name: 'weights', mountPath: '/a' }, { name: 'settings', mountPath: '/b' });
    expect([weights?.isReadOnly, settings?.isReadOnly]).toEqual([false, true]);
  });

  test('expands a sub-path', () => {
    const [mount] = mounts({ name: 'weights', mountPath: '/a', subPathExpr: 'runs/$(ID)' });
    expect(mount?.subPath).toBe('runs/seven');
  });

  test.each([
    [{ name: 'weights', mountPath: '/a', subPath: '../x' }, 'subPath must stay within its volume'],
    [{ name: 'weights', mountPath: '/a', subPath: '/etc' }, 'subPath must stay within its volume'],
    [{ name: 'weights', mountPath: '/a/../b' }, 'mountPath must be absolute'],
  ])('refuses %j', (mount, message) => {
    expect(() => mounts(mount)).toThrow(message);
  });
});

const bind = (target: string, exists: boolean): Bind => ({
  source: '/source',
  target,
  isFile: false,
  isReadOnly: false,
  exists,
});

describe('rootPlan', () => {
  const hostMounts = [
    { path: '/', fsType: 'ext4' },
    { path: '/proc', fsType: 'proc' },
    { path: '/dev', fsType: 'devtmpfs' },
    { path: '/dev/shm', fsType: 'tmpfs' },
    { path: '/run', fsType: 'tmpfs' },
    { path: '/run/lock', fsType: 'tmpfs' },
  ];
  test('covers the root and passes the rest on, each with what is mounted below it', () => {
    expect(rootPlan([bind('/workspace/weights', false), bind('/dev/shm', true)], hostMounts)).toMatchObject({
      layers: ['/'],
      passed: ['/dev', '/proc', '/run'],
    });
  });

  test('covers a file system in which something has to be made, and passes on what is mounted in it', () => {
    expect(rootPlan([bind('/run/secrets/kubernetes.io/serviceaccount', false)], hostMounts)).toMatchObject({
      layers: ['/', '/run'],
      passed: ['/dev', '/proc', '/run/lock'],
    });
  });

  test('does not cover what holds no files', () => {
    expect(rootPlan([bind('/proc/x', false)], hostMounts).layers).toEqual(['/']);
  });
});

describe('parseMountInfo', () => {
  test('reads paths and types, blanks included', () => {
    const text =
      '22 27 0:21 / /proc rw,relatime - proc proc rw\n23 27 8:1 / /a\\040b rw shared:1 - ext4 /dev/sda1 rw\n';
    expect(parseMountInfo(text)).toEqual([
      { path: '/proc', fsType: 'proc' },
      { path: '/a b', fsType: 'ext4' },
    ]);
  });
});
