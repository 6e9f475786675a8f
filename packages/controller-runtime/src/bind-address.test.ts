import { describe, expect, it } from '@jest/globals';

import { bindAddress, onHost } from './bind-address.ts';

describe('bindAddress', () => {
  it.each([
    [':8080', { host: '', port: 8080 }],
    ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
    ['[::1]:8081', { host: '::1', port: 8081 }],
  ])('reads %s', (text, address) => {
    expect(bindAddress(text)).toEqual(address);
  });

  it.each(['8080', ':', ':80a', ':70000', 'http://a:80'])('refuses %s', (text) => {
    expect(bindAddress(text)).toBeUndefined();
  });
});

describe('onHost', () => {
  it('is where an address without a host is listened on', () => {
    expect(onHost({ host: '', port: 8080 }, '127.64.0.9')).toEqual({ host: '127.64.0.9', port: 8080 });
    expect(onHost({ host: '::1', port: 8080 }, '127.64.0.9')).toEqual({ host: '::1', port: 8080 });
  });
});
