import { beforeEach, describe, expect, it } from '@jest/globals';

import { jobs, pods } from '../kinds.ts';
import { isTrue, numberAt, phaseOf } from '../reading.ts';
import { SmallWorld, template } from '../small-world.ts';

const HOUR = 3_600_000;

describe('a Job', () => {
  let world: SmallWorld;

  beforeEach(() => {
    world = new SmallWorld();
  });

  function makeJob(spec: Readonly<Record<string, unknown>> = {}, restartPolicy = 'Never'): void {
    world.make(jobs, { ...spec, template: template('worker:1', { restartPolicy }) });
  }

  it('is complete once its pod has done its work', () => {
    makeJob();
    world.schedule.until(() => isTrue(world.only(jobs), 'Complete'));
    expect(world.only(jobs)).toMatchObject({ status: { succeeded: 1, ready: 0 } });
    expect(phaseOf(world.only(pods))).toBe('Succeeded');
  });

  it('runs as many pods at once as it may, and as many in all as it must', () => {
    makeJob({ parallelism: 2, completions: 3 });
    world.schedule.until(() => world.all(pods).length > 0);
    expect(world.all(pods)).toHaveLength(2);
    world.schedule.until(() => isTrue(world.only(jobs), 'Complete'));
    expect(world.all(pods).map(phaseOf)).toEqual(['Succeeded', 'Succeeded', 'Succeeded']);
  });

  it('tries again, and waits twice as long each time', () => {
    world.cluster.decideFates(() => ({ kind: 'Crashes', afterMs: 0 }));
    makeJob({ backoffLimit: 3 });
    const failures: number[] = [];
    const starts: number[] = [];
    world.schedule.until(() => {
      const now = world.schedule.now().getTime();
      if (numberAt(world.only(jobs), 'status', 'failed') > failures.length) {
        failures.push(now);
      }
      if (world.all(pods).length > starts.length) {
        starts.push(now);
      }
      return isTrue(world.only(jobs), 'Failed');
    });
    const waits = starts.slice(1).map((start, index) => Math.floor((start - (failures[index] ?? 0)) / 1_000));
    expect(waits.map((wait) => Math.round(wait / 10) * 10)).toEqual([10, 20, 40]);
    expect(world.only(jobs)).toMatchObject({ status: { failed: 4 } });
  });

  it('does not count a crash of which the kubelet makes up', () => {
    let isWell = false;
    world.cluster.decideFates(() => (isWell ? undefined : { kind: 'OutOfMemory', afterMs: 0 }));
    makeJob({}, 'OnFailure');
    world.schedule.advance(HOUR);
    expect(world.only(jobs)).toMatchObject({ status: { active: 1 } });
    expect(numberAt(world.only(jobs), 'status', 'failed')).toBe(0);
    isWell = true;
    world.cluster.decideFates(() => undefined);
    world.schedule.until(() => isTrue(world.only(jobs), 'Complete'));
  });

  it('lets its pods go with it', () => {
    makeJob();
    world.schedule.until(() => world.all(pods).some((pod) => phaseOf(pod) === 'Running'));
    const { metadata } = world.only(jobs);
    world.server.delete({ type: jobs, key: metadata, propagationPolicy: 'Background' });
    world.schedule.until(() => world.all(pods).length === 0);
    expect(world.all(jobs)).toEqual([]);
  });

  it('comes to rest', () => {
    makeJob();
    world.schedule.advance(HOUR);
    const { version } = world.server;
    world.schedule.advance(HOUR);
    expect(world.server.version).toBe(version);
    expect(world.schedule.step()).toBe(false);
  });
});
