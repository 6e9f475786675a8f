/** One command of the driver, on a control plane of its own. */
export interface Stage {
  readonly name: StageName;
  readonly args: readonly string[];
}

export type StageName = 'floor-100' | 'floor-1000' | 'latency' | '100' | '1000' | 'restart' | 'no-capacity';

/** How thorough a run is. */
export interface Effort {
  readonly lives: number;
  readonly runsOf100: number;
  readonly runsOf1000: number;
  readonly restarts: number;
  readonly quietSeconds: number;
  readonly noCapacitySeconds: number;
}

export const QUICK: Effort = {
  lives: 5,
  runsOf100: 1,
  runsOf1000: 0,
  restarts: 1,
  quietSeconds: 0,
  noCapacitySeconds: 30,
};

export const USUAL: Effort = {
  lives: 11,
  runsOf100: 3,
  runsOf1000: 1,
  restarts: 3,
  quietSeconds: 60,
  noCapacitySeconds: 120,
};

export const FULL: Effort = {
  lives: 11,
  runsOf100: 5,
  runsOf1000: 3,
  restarts: 5,
  quietSeconds: 300,
  noCapacitySeconds: 600,
};

export function stagesOf(effort: Effort): readonly Stage[] {
  const { lives, runsOf100, runsOf1000, restarts, quietSeconds, noCapacitySeconds } = effort;
  const big = runsOf1000 > 0;
  return [
    stage('latency', 'latency', '--runs', lives),
    stage('floor-100', 'selftest', '--n', 100),
    stage('100', 'scale', '--n', 100, '--repeat', runsOf100),
    stage('restart', 'restart', '--n', 100, '--repeat', restarts),
    ...(big ? [stage('floor-1000', 'selftest', '--n', 1000)] : []),
    // The quiet minutes follow the first burst alone: they are the same after each.
    ...(big ? [stage('1000', 'scale', '--n', 1000, '--steady', quietSeconds)] : []),
    ...Array.from({ length: runsOf1000 - 1 }, () => stage('1000', 'scale', '--n', 1000)),
    stage('no-capacity', 'nocapacity', '--seconds', noCapacitySeconds),
  ];
}

function stage(name: StageName, ...args: readonly (string | number)[]): Stage {
  return { name, args: args.map(String) };
}
