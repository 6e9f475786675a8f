import { describe, expect, test } from '@jest/globals';

import { freePort, isPortTaken } from './free-port.ts';

describe('freePort', () => {
  test('gives nobody the same port twice, although none of them is listened on', async () => {
    const ports = await Promise.all(Array.from({ length: 200 }, async () => freePort()));
    expect(new Set(ports).size).toBe(200);
  });

  test('gives ports that no outgoing connection can have', async () => {
    const port = await freePort();
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(32_000);
    expect(await isPortTaken(port)).toBe(false);
  });
});
