import { describe, expect, test } from '@jest/globals';

import { thisHost } from './host.ts';

describe('thisHost', () => {
  test('counts cores, memory and load', () => {
    const cpu = thisHost().cpu();
    expect(cpu.physicalCores).toBeGreaterThanOrEqual(1);
    expect(cpu.totalCores).toBeGreaterThanOrEqual(cpu.physicalCores);
    expect(cpu.usedBytes).toBeGreaterThan(0);
    expect(cpu.totalBytes).toBeGreaterThan(cpu.usedBytes);
    expect(cpu.loadPercentage).toBeGreaterThanOrEqual(0);
    expect(cpu.loadPercentage).toBeLessThanOrEqual(100);
  });
});
