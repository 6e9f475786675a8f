import type { Clock, Gauge } from '@kaito/controller-runtime';

import { pictureOf, Vanishing } from './core/collection/vanishing.ts';
import type { Alarm } from './core/collection/vanishing.ts';
import type { Cluster } from './core/ports.ts';
import { eventReasons } from './core/reasons.ts';
import type { Settings } from './core/settings.ts';
import type { Pools } from './pools.ts';

export interface CollectionGuardOptions {
  readonly cluster: Cluster;
  readonly pools: Pools;
  readonly settings: Settings;
  readonly clock: Clock;
  /** 1 while nothing is collected. */
  readonly stopped: Gauge;
}

/** Whether anything may be given up for being missing; tells people when not. */
export class CollectionGuard {
  readonly #options: CollectionGuardOptions;
  readonly #vanishing: Vanishing;
  #isStopped = false;

  constructor(options: CollectionGuardOptions) {
    this.#options = options;
    this.#vanishing = new Vanishing(options.settings);
    options.stopped.set(0);
  }

  /** Whether each look at a claim is to compare, because too much was missing the last time. */
  get isAlert(): boolean {
    return this.#vanishing.isWatching;
  }

  /** Compares all claims and pools as they are known now. */
  mayCollect(): boolean {
    const { clock, cluster, pools, settings, stopped } = this.#options;
    const { all, listedAt } = pools;
    const claims = cluster.claims();
    if (listedAt === undefined || claims === undefined) {
      return false;
    }
    const view = pools.view.bind(pools);
    const picture = pictureOf(claims, { all, view, clusterId: settings.clusterId, listedAt });
    const alarm = this.#vanishing.take(picture, clock.now());
    if (alarm !== undefined && !this.#isStopped) {
      cluster.warnOfCluster(eventReasons.collectionStopped, alarmText(alarm, settings));
    }
    this.#isStopped = alarm !== undefined;
    stopped.set(this.#isStopped ? 1 : 0);
    return !this.#isStopped;
  }
}

function alarmText({ census: { missing, total }, what }: Alarm, { vanishingConfirmMs }: Settings): string {
  const minutes = Math.ceil(vanishingConfirmMs / 60_000);
  const seen =
    what === 'pools'
      ? `${missing.length} of ${total} agent pools are missing from the list (${named(missing)})`
      : `${missing.length} of ${total} agent pools have lost their claims (${named(missing)})`;
  return `${seen}, so nothing is deleted for that until the picture is whole again, or has been the same for ${minutes} min`;
}

function named(names: readonly string[]): string {
  const first = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${first} and ${names.length - 5} more` : first;
}
