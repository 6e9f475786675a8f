import { readFileSync } from 'node:fs';
import os from 'node:os';

import type { CpuInfo, Host } from '../core/ports.ts';

interface Sample {
  readonly busy: number;
  readonly total: number;
}

/** This machine. The load is that of the time since the last question, so that nobody waits for an answer. */
export function thisHost(): Host {
  const physicalCores = countPhysicalCores();
  let last = sample();
  return {
    cpu: (): CpuInfo => {
      const current = sample();
      const total = current.total - last.total;
      const loadPercentage = total > 0 ? ((current.busy - last.busy) * 100) / total : 0;
      last = current;
      const totalBytes = os.totalmem();
      const usedBytes = totalBytes - os.freemem();
      return { loadPercentage, physicalCores, totalCores: os.cpus().length, usedBytes, totalBytes };
    },
  };
}

function sample(): Sample {
  return os.cpus().reduce(
    (sum, { times }) => {
      const busy = times.user + times.nice + times.sys + times.irq;
      return { busy: sum.busy + busy, total: sum.total + busy + times.idle };
    },
    { busy: 0, total: 0 },
  );
}

function countPhysicalCores(): number {
  try {
    const blocks = readFileSync('/proc/cpuinfo', 'utf8').split('\n\n');
    const cores = blocks.flatMap((block) => {
      const socket = /^physical id\s*:\s*(\d+)/mu.exec(block)?.[1];
      const core = /^core id\s*:\s*(\d+)/mu.exec(block)?.[1];
      return socket === undefined || core === undefined ? [] : [`${socket}/${core}`];
    });
    return new Set(cores).size || os.cpus().length;
  } catch {
    return os.cpus().length;
  }
}
