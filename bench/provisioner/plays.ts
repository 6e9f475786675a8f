import { loadavg } from 'node:os';

import { spread } from '../src/figures.ts';
import type { Spread } from '../src/figures.ts';
import type { Measured, Story } from './stories.ts';

export type Time = 'real' | 'virtual';

/** One play of a story. */
export interface Play {
  readonly story: string;
  readonly time: Time;
  readonly measured: Measured;
  /** Why it ended early. */
  readonly problem?: string;
  /** Of the machine when it ended, over one minute. */
  readonly load: number;
  readonly at: string;
}

/** What a figure came to, over all plays that measured it. */
export interface Result extends Spread {
  readonly count: number;
}

export function resultOf(plays: readonly Play[], time: Time, figure: string): Result | undefined {
  const values = plays
    .filter((play) => play.time === time)
    .map(({ measured }) => measured[figure])
    .filter((value) => value !== undefined);
  return values.length === 0 ? undefined : { ...spread(values), count: values.length };
}

export async function played(story: Story, time: Time, play: () => Promise<Measured>): Promise<Play> {
  const end = (rest: Pick<Play, 'measured' | 'problem'>): Play => ({
    story: story.name,
    time,
    ...rest,
    load: loadavg()[0] ?? Number.NaN,
    at: new Date().toISOString(),
  });
  try {
    return end({ measured: await play() });
  } catch (error) {
    return end({ measured: {}, problem: error instanceof Error ? error.message : String(error) });
  }
}
