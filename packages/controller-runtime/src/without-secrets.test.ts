import { describe, expect, it } from '@jest/globals';

import { withoutSecrets } from './without-secrets.ts';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl-_x';

describe('withoutSecrets', () => {
  it.each([
    ['Bearer abc.DEF-1~+/= is expired', 'Bearer [Redacted] is expired'],
    ['authorization: Basic dXNlcjpwYXNz, accept: */*', 'authorization: Basic [Redacted], accept: */*'],
    ['{"authorization":"Bearer abc"}', '{"authorization":"Bearer [Redacted]"}'],
    ['{"authorization":"abc def"}', '{"authorization":"[Redacted]"}'],
    [`client_assertion=${JWT}&scope=x`, 'client_assertion=[Redacted]&scope=x'],
    [`assertion ${JWT}, it says`, 'assertion [Redacted], it says'],
    [`"${Buffer.from(`Bearer ${JWT}`).toString('base64')}"`, '"[Redacted]"'],
    ['cannot reach https://me:pass@hub.example/a', 'cannot reach https://[Redacted]@hub.example/a'],
    ['client_secret=abc~def&x=1', 'client_secret=[Redacted]&x=1'],
    ['{"client_secret": "abc", "x": 1}', '{"client_secret": "[Redacted]", "x": 1}'],
    ['?api-key=abc&access_token=d', '?api-key=[Redacted]&access_token=[Redacted]'],
    ['https://a.blob.example/x?se=2026&sig=abc%2B', 'https://a.blob.example/x?se=2026&sig=[Redacted]'],
    ['the token hf_abcDEFghiJKLmnoPQRstu', 'the token [Redacted]'],
    ['-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n.', '[Redacted]\n.'],
    [String.raw`-----BEGIN EC PRIVATE KEY-----\nMIIE\n-----END EC PRIVATE KEY-----`, '[Redacted]'],
  ])('%j becomes %j', (text, expected) => {
    expect(withoutSecrets(text)).toBe(expected);
  });

  it.each([
    'no bearer of bad news',
    'check the image and its pull secrets',
    'HF_TOKEN: the token in it may not read the repository',
    'GET https://hub.example:443/a@main?token_count=3',
    '{"firstTokenMs":3,"name":"hub-token"}',
    'sha256 b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
  ])('leaves %j as it is', (text) => {
    expect(withoutSecrets(text)).toBe(text);
  });
});
