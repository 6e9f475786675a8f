import { lead } from './leader.ts';
import type { Leading, LeadOptions } from './leader.ts';

/** As the controllers of Kubernetes itself have them. */
const DURATIONS = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2000 } as const;

export interface WhileLeadingOptions extends Omit<LeadOptions, keyof typeof DURATIONS> {
  /** False: this is the only replica, and it works without a lease. */
  readonly isElected: boolean;
}

/** Runs `run` while we lead, or at once where nobody is elected. */
export async function whileLeading(options: WhileLeadingOptions, run: Leading, signal: AbortSignal): Promise<void> {
  await (options.isElected ? lead({ ...options, ...DURATIONS }, run, signal) : run(signal, () => undefined));
}
