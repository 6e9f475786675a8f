import type { Metrics } from '@kaito/controller-runtime';
import { labels } from '@kaito/types';

import type { Observed } from '../core/observed.ts';
import { msBetween, timeOf } from '../core/time.ts';
import { LONG_SECONDS } from './buckets.ts';
import { isRelease } from './done.ts';
import type { Done } from './done.ts';

export interface NodeMetrics {
  patched(patched: Done<'PatchNode'>, before: Observed): void;
}

const LIFETIME_SECONDS: readonly number[] = [
  900, 1800, 3600, 7200, 21_600, 43_200, 86_400, 259_200, 604_800, 2_592_000,
];

/** The figures of Nodes, under the names of both eras: a series that ends with `_total` is of the later one. */
export function nodeMetrics(metrics: Metrics): NodeMetrics {
  const byEra = (name: string, help: string): (() => void) => {
    const series = [name, `${name}_total`].map((each) => metrics.counter(each, help, []));
    return () => {
      for (const counter of series) {
        counter.inc();
      }
    };
  };
  const created = byEra('karpenter_nodes_created', 'Nodes that registered');
  const terminated = byEra('karpenter_nodes_terminated', 'Nodes that were let go');
  const drained = metrics.counter('karpenter_nodes_drained_total', 'Nodes that were emptied', []);
  const termination = ['karpenter_nodes_termination_time_seconds', 'karpenter_nodes_termination_duration_seconds'].map(
    (name) => metrics.histogram(name, 'From the deletion of a Node to its end', [], LONG_SECONDS),
  );
  const lifetime = metrics.histogram(
    'karpenter_nodes_lifetime_duration_seconds',
    'From the creation of a Node to its end',
    [],
    LIFETIME_SECONDS,
  );
  return {
    patched: ({ node: name, patch }, { nodes, now }) => {
      if (patch.metadata.labels?.[labels.registered] === 'true') {
        created();
      }
      const node = nodes.find(({ metadata }) => metadata.name === name);
      if (!isRelease(patch) || node === undefined) {
        return;
      }
      const { creationTimestamp, deletionTimestamp } = node.metadata;
      terminated();
      drained.inc();
      lifetime.observe(msBetween(timeOf(creationTimestamp), now) / 1000);
      for (const histogram of deletionTimestamp === undefined ? [] : termination) {
        histogram.observe(msBetween(timeOf(deletionTimestamp ?? ''), now) / 1000);
      }
    },
  };
}
