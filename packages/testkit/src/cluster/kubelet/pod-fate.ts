/** How the containers of a pod fare. */
export type PodFate =
  | { readonly kind: 'Runs' }
  | { readonly kind: 'NeverReady' }
  /** The image cannot be pulled. */
  | { readonly kind: 'ImageMissing' }
  | { readonly kind: 'OutOfMemory' | 'Crashes'; readonly afterMs?: number }
  /** Its work is done after a while; a server's pod starts again. */
  | { readonly kind: 'Completes'; readonly afterMs?: number };

export interface Ending {
  readonly exitCode: number;
  readonly reason: 'OOMKilled' | 'Error' | 'Completed';
}

/** What containers end with; undefined: they do not end by themselves. */
export function endingOf(fate: PodFate): (Ending & { readonly afterMs: number | undefined }) | undefined {
  switch (fate.kind) {
    case 'OutOfMemory':
      return { exitCode: 137, reason: 'OOMKilled', afterMs: fate.afterMs };
    case 'Crashes':
      return { exitCode: 1, reason: 'Error', afterMs: fate.afterMs };
    case 'Completes':
      return { exitCode: 0, reason: 'Completed', afterMs: fate.afterMs };
    case 'Runs':
    case 'NeverReady':
    case 'ImageMissing':
      return undefined;
    default:
      return fate satisfies never;
  }
}
