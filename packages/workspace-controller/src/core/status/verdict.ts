/** What one part of a Workspace has come to, as a condition tells it. */
export interface Verdict {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  /** Waiting alone does not help: somebody or the next attempt must do something. */
  readonly isFailure: boolean;
}

/** Verdicts by the type of the condition that tells them. */
export type Told = readonly (readonly [type: string, verdict: Verdict])[];

export function ready(reason: string, message: string): Verdict {
  return { status: 'True', reason, message, isFailure: false };
}

export function waiting(reason: string, message: string): Verdict {
  return { status: 'False', reason, message, isFailure: false };
}

export function failed(reason: string, message: string): Verdict {
  return { status: 'False', reason, message, isFailure: true };
}
