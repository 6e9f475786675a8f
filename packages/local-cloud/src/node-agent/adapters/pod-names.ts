import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { hostsFile } from '../core/hosts-file.ts';
import type { NamedPod } from '../core/hosts-file.ts';

interface Place {
  readonly pod: NamedPod;
  readonly file: string;
}

/**
 * Lets pods of one headless Service find one another by name without a DNS server: each has a file of hosts, which is
 * written in place, as it is bound into its containers.
 */
export class PodNames {
  readonly #places = new Set<Place>();

  /** Returns what is to be called when the pod is gone. */
  join(pod: NamedPod, file: string): () => void {
    const place = { pod, file };
    this.#places.add(place);
    mkdirSync(path.dirname(file), { recursive: true });
    this.#write(pod);
    return () => {
      this.#places.delete(place);
      this.#write(pod);
    };
  }

  #write({ namespace, subdomain }: NamedPod): void {
    const places = [...this.#places].filter(({ pod }) => pod.namespace === namespace && pod.subdomain === subdomain);
    const members = places.map(({ pod }) => pod);
    for (const { pod, file } of places) {
      write(file, hostsFile(pod, members));
    }
  }
}

/** The directory of a pod that ends may have gone before it leaves. */
function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    if (!(typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT')) {
      throw error;
    }
  }
}
