/** One thing that has to hold of an image. */
export interface Check {
  readonly name: string;
  /** Empty: it holds. */
  readonly problem: string;
}

export function check(name: string, holds: boolean, problem: string): Check {
  return { name, problem: holds ? '' : problem };
}

/** How many hold and how many do not. */
export function tally(checks: readonly Check[]): { readonly passed: number; readonly failed: number } {
  const failed = checks.filter(({ problem }) => problem !== '').length;
  return { passed: checks.length - failed, failed };
}
