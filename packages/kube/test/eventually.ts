import { setTimeout as sleep } from 'node:timers/promises';

const DEADLINE_MS = 120_000;

/** Resolves once `holds` does; for what other processes do in their own time. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + DEADLINE_MS; !(await holds()); await sleep(10)) {
    if (performance.now() > end) {
      throw new Error(`it did not become true within ${DEADLINE_MS} ms: ${holds.toString()}`);
    }
  }
}
