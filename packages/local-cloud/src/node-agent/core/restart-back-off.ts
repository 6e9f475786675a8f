export interface BackOffRule {
  readonly initialMs: number;
  readonly maxMs: number;
}

/** How long the next restart has to wait, and since when that counts. */
export interface BackOff {
  readonly delayMs: number;
  readonly atMs: number;
}

/**
 * The kubelet's rule: the first restart at once, then 10 s, doubling to 5 min; all is forgiven when the
 * container has run for twice the longest wait.
 */
export function backOffAfterExit(
  backOff: BackOff | undefined,
  nowMs: number,
  rule: BackOffRule,
): { readonly waitMs: number; readonly next: BackOff } {
  if (backOff === undefined || nowMs - backOff.atMs > 2 * rule.maxMs) {
    return { waitMs: 0, next: { delayMs: rule.initialMs, atMs: nowMs } };
  }
  return {
    waitMs: backOff.delayMs,
    next: { delayMs: Math.min(backOff.delayMs * 2, rule.maxMs), atMs: nowMs + backOff.delayMs },
  };
}
