import { claimNames, FAMILY } from './claims.ts';
import { TYPICAL } from './stage.ts';
import type { CloudCall, CloudSettings, Moments, Stage } from './stage.ts';

/** What one play of a story measured, by the name of the figure; absent where it cannot be measured. */
export type Measured = Readonly<Record<string, number | undefined>>;

export interface Story {
  readonly name: string;
  readonly cloud: CloudSettings;
  /** Plays in real time count against the machine: long ones are played once. */
  readonly isLong: boolean;
  play(stage: Stage): Promise<Measured>;
}

const NAME = 'wsbench0001';
/** Into the creation, when something happens to it. */
const MID_CREATE_SECONDS = 8;
const IDLE_SECONDS = 3600;
const HOUR_SECONDS = 3600;
/** Until what has just started has looked at what there is. */
const SETTLE_SECONDS = 5;

/** One claim, from its creation to its end. */
const life: Story = {
  name: 'life',
  cloud: TYPICAL,
  isLong: false,
  play: async (stage) => {
    await stage.pause(SETTLE_SECONDS);
    const before = (await stage.calls()).length;
    await stage.createClaim(NAME);
    await reached(stage, NAME, 'claimReady', 120);
    await stage.pause(10); // the pool is Succeeded
    await stage.deleteClaim(NAME);
    await reached(stage, NAME, 'claimGone', 120);
    await reached(stage, NAME, 'poolGone', 120);
    const { claimGone, claimReady, nodeReady, poolGone } = stage.of(NAME);
    const calls = (await stage.calls()).slice(before).filter(({ isCompute }) => !isCompute);
    return {
      'ready-lag': secondsBetween(nodeReady, claimReady),
      // Pools are looked at a little less often than claims.
      'gone-lag': Math.max(0, secondsBetween(poolGone, claimGone) ?? Infinity),
      'calls-one': calls.length,
    };
  },
};

const fifty: Story = {
  name: 'fifty',
  cloud: { ...TYPICAL, nodeSeconds: 120, readySeconds: 170, poolSeconds: 180, deletionSeconds: 120 },
  isLong: true,
  play: async (stage) => {
    await stage.pause(SETTLE_SECONDS);
    const before = (await stage.calls()).length;
    await createAndDelete(stage, claimNames(50), { readyWithin: 400, goneWithin: 400, settled: 20 });
    return { 'calls-fifty': (await stage.calls()).slice(before).filter(({ isCompute }) => !isCompute).length };
  },
};

const serial: Story = {
  name: 'serial',
  cloud: { ...TYPICAL, concurrency: 'serial' },
  isLong: true,
  play: async (stage) => {
    const names = claimNames(4);
    const from = stage.nowMs;
    await Promise.all(names.map(async (name) => stage.createClaim(name)));
    await stage.until('Ready', () => names.every((name) => stage.of(name).claimReady !== undefined), 400);
    const last = Math.max(...names.map((name) => stage.of(name).claimReady ?? Infinity));
    return { 'serial-puts': count(await stage.calls(), 'PUT'), 'serial-last': (last - from) / 1000 };
  },
};

const restart: Story = {
  name: 'restart',
  cloud: TYPICAL,
  isLong: false,
  play: async (stage) => {
    const from = stage.nowMs;
    await stage.createClaim(NAME);
    await reached(stage, NAME, 'poolMade', 60);
    await stage.pause(MID_CREATE_SECONDS);
    await stage.kill();
    await stage.start();
    await reached(stage, NAME, 'claimReady', 200);
    return { 'restart-ready': secondsBetween(from, stage.of(NAME).claimReady) };
  },
};

const deleteMidCreate: Story = {
  name: 'delete-mid-create',
  cloud: TYPICAL,
  isLong: false,
  play: async (stage) => {
    await stage.createClaim(NAME);
    await reached(stage, NAME, 'poolMade', 60);
    await stage.pause(MID_CREATE_SECONDS);
    const from = stage.nowMs;
    await stage.deleteClaim(NAME);
    await reached(stage, NAME, 'poolGone', 200);
    return { 'delete-pool-gone': secondsBetween(from, stage.of(NAME).poolGone) };
  },
};

/** How long the pool outlives its claim. */
const crashAndDelete: Story = {
  name: 'crash-and-delete',
  cloud: TYPICAL,
  isLong: false,
  play: async (stage) => {
    await stage.createClaim(NAME);
    await reached(stage, NAME, 'poolMade', 60);
    await stage.pause(MID_CREATE_SECONDS);
    await stage.kill();
    await stage.deleteClaim(NAME);
    await stage.pause(3);
    await stage.start();
    const isOver = (): boolean => stage.of(NAME).claimGone !== undefined && stage.of(NAME).poolGone !== undefined;
    await stage.until('gone', isOver, 400);
    return { orphan: Math.max(0, secondsBetween(stage.of(NAME).claimGone, stage.of(NAME).poolSeen) ?? Infinity) };
  },
};

/** One claim that is Ready, and nothing happens. */
export function idle(seconds = IDLE_SECONDS): Story {
  return {
    name: 'idle',
    cloud: TYPICAL,
    isLong: true,
    play: async (stage) => {
      await stage.createClaim(NAME);
      await reached(stage, NAME, 'claimReady', 120);
      await stage.pause(60);
      const before = (await stage.calls()).length;
      await stage.pause(seconds);
      return { 'idle-calls': (((await stage.calls()).length - before) / seconds) * HOUR_SECONDS };
    },
  };
}

const quota: Story = {
  name: 'quota',
  cloud: { ...TYPICAL, quotas: { [FAMILY]: 0 } },
  isLong: false,
  play: async (stage) => {
    await stage.pause(SETTLE_SECONDS);
    const from = stage.nowMs;
    await stage.createClaim(NAME);
    await reached(stage, NAME, 'told', 60);
    await stage.pause(5);
    const creates = count(await stage.calls(), 'PUT');
    return { 'quota-told': secondsBetween(from, stage.of(NAME).told), 'quota-creates': creates };
  },
};

/** The most that fit beside a system pool, with room to spare. */
const ninety: Story = {
  name: 'ninety',
  cloud: TYPICAL,
  isLong: true,
  play: async (stage) => {
    await stage.pause(SETTLE_SECONDS);
    const before = await stage.usage();
    if (before === undefined) {
      return { rss: undefined, cpu: undefined };
    }
    const from = stage.nowMs;
    await createAndDelete(stage, claimNames(90), { readyWithin: 300, goneWithin: 300, settled: 10 });
    const after = (await stage.usage()) ?? before;
    return {
      rss: after.peakMiB,
      'rss-before': before.residentMiB,
      'rss-after': after.residentMiB,
      cpu: (after.cpuSeconds - before.cpuSeconds) / ((stage.nowMs - from) / 1000),
    };
  },
};

export const STORIES: readonly Story[] = [fifty, serial, life, restart, deleteMidCreate, crashAndDelete, quota, ninety];

async function createAndDelete(
  stage: Stage,
  names: readonly string[],
  limits: { readonly readyWithin: number; readonly settled: number; readonly goneWithin: number },
): Promise<void> {
  await Promise.all(names.map(async (name) => stage.createClaim(name)));
  await stage.until('Ready', () => all(stage, names, 'claimReady'), limits.readyWithin);
  await stage.pause(limits.settled);
  await Promise.all(names.map(async (name) => stage.deleteClaim(name)));
  await stage.until('gone', () => all(stage, names, 'claimGone'), limits.goneWithin);
}

function all(stage: Stage, names: readonly string[], moment: keyof Moments): boolean {
  return names.every((name) => stage.of(name)[moment] !== undefined);
}

async function reached(stage: Stage, name: string, moment: keyof Moments, limitSeconds: number): Promise<void> {
  await stage.until(moment, () => stage.of(name)[moment] !== undefined, limitSeconds);
}

function secondsBetween(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : (to - from) / 1000;
}

function count(calls: readonly CloudCall[], verb: CloudCall['verb']): number {
  return calls.filter((call) => call.verb === verb).length;
}
