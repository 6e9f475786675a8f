import type { Clock } from '@kaito/controller-runtime';

import type { CollectionGuard } from './collection-guard.ts';
import type { LaunchStalls } from './core/launch/launch-stalls.ts';
import type { Cluster } from './core/ports.ts';
import type { Settings } from './core/settings.ts';
import type { ProvisionerMetrics } from './metrics/provisioner-metrics.ts';
import type { Offerings } from './offerings.ts';
import type { Pools } from './pools.ts';

/** The world as this controller needs it. */
export interface World {
  readonly cluster: Cluster;
  readonly pools: Pools;
  readonly guard: Pick<CollectionGuard, 'isAlert' | 'mayCollect'>;
  readonly offerings: Pick<
    Offerings,
    'knowledge' | 'unavailable' | 'awaitSkus' | 'awaitUsages' | 'takeAccepted' | 'forget'
  >;
  readonly stalls: LaunchStalls;
  /** What claims were told once and need not hear again; it begins empty with every term. */
  readonly told: Set<string>;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly metrics: ProvisionerMetrics;
}
