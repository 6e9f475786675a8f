import { informer, silentLogger, systemClock } from '@kaito/controller-runtime';
import type { HasMetadata, Kubernetes } from '@kaito/controller-runtime';
import { labels, machines, nodes, pods, workspaces } from '@kaito/types';
import type { Machine, Node, Pod, Workspace } from '@kaito/types';

/** When the driver's watches first showed each step in the life of one Workspace, in milliseconds. */
export interface Moments {
  machine?: number;
  nodeReady?: number;
  machineReady?: number;
  podReady?: number;
  workspaceReady?: number;
  gone?: number;
}

type Step = keyof Moments;

/** Watches everything and writes down first sightings, by Workspace name. */
export class MomentRecorder {
  readonly #moments = new Map<string, Moments>();
  readonly #listeners = new Set<() => void>();
  readonly #kubernetes: Kubernetes;

  constructor(kubernetes: Kubernetes) {
    this.#kubernetes = kubernetes;
  }

  of(workspace: string): Moments {
    const moments = this.#moments.get(workspace) ?? {};
    this.#moments.set(workspace, moments);
    return moments;
  }

  /** Returns once the step has been seen. */
  async seen(workspace: string, step: Step, signal: AbortSignal): Promise<number> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const at = this.of(workspace)[step];
        if (at !== undefined) {
          this.#listeners.delete(look);
          resolve(at);
        }
      };
      signal.addEventListener('abort', () => {
        reject(new Error(`${workspace} never reached ${step}`));
      });
      this.#listeners.add(look);
      look();
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    const options = { kubernetes: this.#kubernetes, clock: systemClock, logger: silentLogger, random: Math.random };
    const w = informer<Workspace>({ ...options, kind: workspaces });
    const m = informer<Machine>({ ...options, kind: machines });
    const n = informer<Node>({ ...options, kind: nodes });
    const p = informer<Pod>({ ...options, kind: pods, selection: { labelSelector: labels.workspace } });
    w.onChange(({ before, after }) => {
      this.#note(before?.metadata.name ?? after?.metadata.name, 'gone', after === undefined);
      this.#note(after?.metadata.name, 'workspaceReady', is(after, 'WorkspaceReady'));
    });
    m.onChange(({ after }) => {
      this.#note(ownerOf(after), 'machine', after !== undefined);
      this.#note(ownerOf(after), 'machineReady', is(after, 'Ready'));
    });
    n.onChange(({ after }) => {
      this.#note(ownerOf(after), 'nodeReady', is(after, 'Ready'));
    });
    p.onChange(({ after }) => {
      this.#note(ownerOf(after), 'podReady', is(after, 'Ready'));
    });
    await Promise.all([w.run(signal), m.run(signal), n.run(signal), p.run(signal)]);
  }

  #note(workspace: string | undefined, step: Step, isReached: boolean): void {
    if (workspace === undefined || !isReached || this.of(workspace)[step] !== undefined) {
      return;
    }
    this.of(workspace)[step] = performance.now();
    this.#listeners.forEach((listener) => {
      listener();
    });
  }
}

function ownerOf(object: HasMetadata | undefined): string | undefined {
  return object?.metadata.labels?.[labels.workspace];
}

interface WithConditions {
  readonly status?:
    { readonly conditions?: readonly { readonly type: string; readonly status: string }[] | undefined } | undefined;
}

function is(object: WithConditions | undefined, type: string): boolean {
  return object?.status?.conditions?.some((one) => one.type === type && one.status === 'True') ?? false;
}
