import type { Clock } from '@kaito/controller-runtime';

/** Which nodes have a device plugin running, by the containers of their pods. */
export class DevicePlugins {
  readonly #clock: Clock;
  readonly #running = new Map<string, { count: number; readonly sinceMs: number }>();
  readonly #listeners: ((node: string) => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  onChange(listener: (node: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Undefined: none runs. */
  sinceMs(node: string): number | undefined {
    return this.#running.get(node)?.sinceMs;
  }

  started(node: string): void {
    const known = this.#running.get(node) ?? { count: 0, sinceMs: this.#clock.now().getTime() };
    known.count += 1;
    this.#running.set(node, known);
    this.#tell(node);
  }

  stopped(node: string): void {
    const known = this.#running.get(node);
    if (known !== undefined) {
      known.count -= 1;
      if (known.count === 0) {
        this.#running.delete(node);
      }
      this.#tell(node);
    }
  }

  #tell(node: string): void {
    for (const listener of this.#listeners) {
      listener(node);
    }
  }
}
