import type { Measurement, MeasurementOf, Records } from './records.ts';
import type { StageName } from './stages.ts';

/** A line of the table. */
export interface Figure {
  /** By which `--only` finds it. */
  readonly name: string;
  /** Where it is measured. */
  readonly stage: StageName;
  readonly label: string;
  readonly unit: string;
  readonly digits: number;
  /** Of the Go original v0.12.0, quoted from its measurement with the same driver, not repeated here. */
  readonly go: string;
  /** What ours may be at most. */
  readonly target: number;
  readonly floor?: Floor;
  readonly values: (records: Records) => readonly number[];
  /** What was measured when that was less than the figure wants, such as a shorter time. */
  readonly shortened?: (records: Records) => string | undefined;
}

/** The same world without any controller. */
export interface Floor {
  readonly stage: StageName;
  /** On the machine of the quoted figures. */
  readonly quoted: number;
  readonly values: (records: Records) => readonly number[];
}

const MS_PER_S = 1000;
const QUIET_SECONDS = 300;
const NO_CAPACITY_SECONDS = 600;

export const FIGURES: readonly Figure[] = [
  {
    name: 'latency',
    stage: 'latency',
    label: 'one: create → claim; claim Ready → workload; pod Ready → succeeded',
    unit: 'ms',
    digits: 0,
    go: '63 + 1,414 + 347',
    target: 100,
    values: (records) => records.of('latency').map(ownShare),
  },
  ...burst(100, { burst: '49.7', burstTarget: 5, burstFloor: 2.6, cpu: '20', rss: '75', rssTarget: 110 }),
  ...burst(1000, { burst: '507 (391)', burstTarget: 45, burstFloor: 24, cpu: '33', rss: '160', rssTarget: 128 }),
  restart('restart-time', 'restart with 100 Ready: time to quiet', {
    unit: 's',
    digits: 1,
    go: '7.0',
    target: 2,
    of: ({ ms }) => ms / MS_PER_S,
  }),
  restart('restart-writes', 'restart with 100 Ready: writes', {
    unit: '',
    digits: 0,
    go: '101',
    target: 0,
    of: ({ requests }) => requests.writes,
  }),
  {
    name: 'quiet',
    stage: '1000',
    label: 'five quiet minutes at 1,000: writes, leases apart',
    unit: '',
    digits: 0,
    go: '0',
    target: 0,
    values: (records) => records.of('steady').map(({ requests }) => requests.writes),
    shortened: (records) => shorter(records.of('steady'), QUIET_SECONDS),
  },
  removal(100, { go: '4.7', target: 2, floor: 1.3 }),
  removal(1000, { go: '45', target: 17, floor: 11.3 }),
  {
    name: 'no-capacity',
    stage: 'no-capacity',
    label: 'no capacity for 10 minutes: claims for one Workspace',
    unit: '',
    digits: 0,
    go: '17,263',
    target: 3,
    values: (records) => records.of('nocapacity').map(({ claims }) => claims),
    shortened: (records) => shorter(records.of('nocapacity'), NO_CAPACITY_SECONDS),
  },
];

/** The claim is seen at once; the workload may be there before the claim is Ready, and then costs nothing. */
function ownShare({ createToClaim, claimReadyToWorkload, podReadyToSucceeded }: MeasurementOf<'latency'>): number {
  return createToClaim.median + Math.max(0, claimReadyToWorkload.median) + podReadyToSucceeded.median;
}

type Size = 100 | 1000;

interface Quoted {
  readonly burst: string;
  readonly burstTarget: number;
  readonly burstFloor: number;
  readonly cpu: string;
  readonly rss: string;
  readonly rssTarget: number;
}

/** So many created at once, until all are Ready and nothing is sent any more. */
function burst(n: Size, quoted: Quoted): readonly Figure[] {
  const of = (value: (one: MeasurementOf<'burst'>) => number) => (records: Records) =>
    sized(records.of('burst'), n).map(value);
  const common = { stage: stageOf(n), digits: 1 };
  return [
    {
      ...common,
      name: `burst-${n}`,
      label: `${n} at once → all Ready`,
      unit: 's',
      go: quoted.burst,
      target: quoted.burstTarget,
      floor: {
        stage: floorOf(n),
        quoted: quoted.burstFloor,
        values: (records) =>
          sized(records.of('selftest'), n).map(
            ({ claimsReady, workloadsReady }) => (claimsReady + workloadsReady) / MS_PER_S,
          ),
      },
      values: of(({ ok, WorkspaceSucceeded }) => (ok ? WorkspaceSucceeded.ms / MS_PER_S : Number.NaN)),
    },
    {
      ...common,
      name: `requests-${n}`,
      label: `API requests per Workspace, events apart, at ${n}`,
      unit: '',
      go: '16.1',
      target: 10,
      values: of(({ settled, events }) => (settled.requests - events) / n),
    },
    {
      ...common,
      name: `cpu-${n}`,
      label: `controller CPU per Workspace, at ${n}`,
      unit: 'ms',
      go: quoted.cpu,
      target: 20,
      values: of(({ settled }) => (settled.cpu * MS_PER_S) / n),
    },
    {
      ...common,
      name: `rss-${n}`,
      label: `peak RSS of the bundle at ${n}`,
      unit: 'MiB',
      digits: 0,
      go: quoted.rss,
      target: quoted.rssTarget,
      values: of(({ settled }) => settled.peakMiB),
    },
  ];
}

function removal(n: Size, { floor, ...quoted }: { go: string; target: number; floor: number }): Figure {
  return {
    name: `delete-${n}`,
    stage: stageOf(n),
    label: `delete ${n} → all gone`,
    unit: 's',
    digits: 1,
    ...quoted,
    floor: {
      stage: floorOf(n),
      quoted: floor,
      values: (records) => sized(records.of('selftest'), n).map(({ removed }) => removed / MS_PER_S),
    },
    values: (records) =>
      sized(records.of('delete'), n)
        .filter(({ afterRestart }) => !afterRestart)
        .map(({ ok, everything }) => (ok ? everything / MS_PER_S : Number.NaN)),
  };
}

interface RestartFigure extends Pick<Figure, 'unit' | 'digits' | 'go' | 'target'> {
  readonly of: (one: MeasurementOf<'restart'>) => number;
}

function restart(name: string, label: string, { of, ...figure }: RestartFigure): Figure {
  return { ...figure, name, stage: 'restart', label, values: (records) => records.of('restart').map(of) };
}

function sized<T extends Measurement & { readonly n: number }>(all: readonly T[], size: Size): readonly T[] {
  return all.filter(({ n }) => n === size);
}

function stageOf(n: Size): StageName {
  return n === 100 ? '100' : '1000';
}

function floorOf(n: Size): StageName {
  return n === 100 ? 'floor-100' : 'floor-1000';
}

function shorter(all: readonly { readonly seconds: number }[], wanted: number): string | undefined {
  const longest = Math.max(0, ...all.map(({ seconds }) => seconds));
  return longest < wanted ? `${longest} s` : undefined;
}
