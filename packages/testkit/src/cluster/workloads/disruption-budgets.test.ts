import { beforeEach, describe, expect, it } from '@jest/globals';
import type { KubernetesObject } from '@kaito/controller-runtime';

import { fieldsOf } from '../../api-server/json.ts';
import { deployments, disruptionBudgets, pods } from '../kinds.ts';
import { isLeaving, isTrue, numberAt } from '../reading.ts';
import { SmallWorld, workload } from '../small-world.ts';

const MINUTE = 60_000;

describe('a disruption budget', () => {
  let world: SmallWorld;

  beforeEach(() => {
    world = new SmallWorld();
    world.make(deployments, { replicas: 2, ...workload() });
    world.make(disruptionBudgets, { minAvailable: 1, selector: { matchLabels: { app: 'phi' } } });
    world.schedule.until(() => allowed() === 1);
  });

  function allowed(): number {
    return numberAt(world.only(disruptionBudgets), 'status', 'disruptionsAllowed');
  }

  function evict({ metadata }: KubernetesObject): void {
    const { name, namespace = '' } = metadata;
    const manifest = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
    world.server.createSubresource({ type: pods, key: metadata, subresource: 'eviction', manifest });
  }

  it('is spent by an eviction until another pod is ready', () => {
    const [first, second] = world.all(pods);
    if (first === undefined || second === undefined) {
      throw new Error('two pods were asked for');
    }
    evict(first);
    expect(allowed()).toBe(0);
    expect(() => {
      evict(second);
    }).toThrow("Cannot evict pod as it would violate the pod's disruption budget.");
    world.schedule.until(() => allowed() === 1);
    expect(world.all(pods).filter((pod) => isTrue(pod, 'Ready'))).toHaveLength(2);
  });

  it('forgets an eviction once its pod goes', () => {
    const [first] = world.all(pods);
    if (first === undefined) {
      throw new Error('two pods were asked for');
    }
    evict(first);
    world.schedule.advance(MINUTE);
    expect(fieldsOf(fieldsOf(world.only(disruptionBudgets)['status'])['disruptedPods'])).toEqual({});
  });

  it('is taken up by the loss of a node', () => {
    world.setVms();
    world.schedule.until(() => allowed() === 0);
    expect(world.all(pods).some(isLeaving)).toBe(false);
  });
});
