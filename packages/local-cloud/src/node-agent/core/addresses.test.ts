import { describe, expect, test } from '@jest/globals';

import { OffsetPool, parseRange, podAddresses } from './addresses.ts';

describe('parseRange', () => {
  test.each(['127.64.0.0', '127.64.0.1/20', '127.64.0.0/33', '1.2.3/8', 'x/8'])('refuses %s', (cidr) => {
    expect(() => parseRange(cidr)).toThrow('not an IPv4 range');
  });
});

describe('podAddresses', () => {
  const addresses = podAddresses('127.64.16.0/20');

  test('gives each offset an address for the API and one to listen on', () => {
    expect([addresses.podIp(300), addresses.loopback(300)]).toEqual(['10.244.1.44', '127.64.17.44']);
  });

  test('finds the listener behind a pod’s address, and leaves others alone', () => {
    expect(addresses.reach('10.244.1.44')).toBe('127.64.17.44');
    expect(addresses.reach('10.244.16.0')).toBe('10.244.16.0');
    expect(addresses.reach('127.0.0.1')).toBe('127.0.0.1');
  });
});

describe('OffsetPool', () => {
  test('takes each once, without first and last, and gives back as late as possible', () => {
    const pool = new OffsetPool(5);
    expect([pool.take(), pool.take()]).toEqual([1, 2]);
    pool.release(1);
    expect([pool.take(), pool.take(), pool.take()]).toEqual([3, 1, undefined]);
  });
});
