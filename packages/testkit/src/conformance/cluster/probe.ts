import { pods } from '../../cluster/kinds.ts';
import { conditionOf } from '../../cluster/reading.ts';
import type { ClusterDriver } from './cluster-driver.ts';
import { seenPlacement } from './projection.ts';

const PREFIX = 'probe-';

export function isProbe(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** What the scheduler says of every Node there is, to a pod that asks for more than any Node has. */
export class Probe {
  readonly #driver: ClusterDriver;
  #asked = 0;

  constructor(driver: ClusterDriver) {
    this.#driver = driver;
  }

  async ask(signal: AbortSignal): Promise<unknown> {
    const { kubernetes, namespace } = this.#driver;
    this.#asked += 1;
    const key = { name: `${PREFIX}${this.#asked}`, namespace };
    const resources = { requests: { cpu: '1000' } };
    const spec = {
      automountServiceAccountToken: false,
      containers: [{ name: 'probe', image: 'probe:1', resources }],
    };
    const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: key, spec };
    await kubernetes.create({ type: pods, manifest, fieldManager: 'conformance' }, signal);
    for (;;) {
      const pod = await kubernetes.get({ type: pods, key }, signal);
      if (pod !== undefined && conditionOf(pod, 'PodScheduled') !== undefined) {
        await kubernetes.delete({ type: pods, key, gracePeriodSeconds: 0 }, signal);
        return seenPlacement(pod);
      }
      await this.#driver.pass();
    }
  }
}
