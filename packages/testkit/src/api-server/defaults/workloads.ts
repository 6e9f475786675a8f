import { fieldsOf } from '../json.ts';
import type { Fields } from '../json.ts';
import { filled, withItems, withPart } from './filled.ts';
import { defaultedPodTemplate } from './pod-spec.ts';

const EMPTY: Fields = Object.freeze({});
const QUARTER = '25%';

/** Fills in the spec where a write changed it; every workload has a status, with its counts, from the start. */
function defaultedWorkload(complete: (spec: Fields) => Fields, counts: Fields = EMPTY) {
  return (object: Fields, before: Fields | undefined): Fields => {
    const withSpec = withPart(object, 'spec', (spec) =>
      spec === before?.['spec'] ? spec : complete(withPart(spec, 'template', defaultedPodTemplate)),
    );
    return withStatus(withSpec, counts);
  };
}

function withStatus(object: Fields, counts: Fields): Fields {
  const { status } = object;
  const next = filled(fieldsOf(status), counts);
  return next === status ? object : Object.freeze({ ...object, status: next });
}

export const defaultedDeployment = defaultedWorkload((spec) =>
  withPart(
    filled(spec, {
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: Object.freeze({ type: 'RollingUpdate' }),
    }),
    'strategy',
    rolling({ maxSurge: QUARTER, maxUnavailable: QUARTER }),
  ),
);

export const defaultedReplicaSet = defaultedWorkload((spec) => filled(spec, { replicas: 1 }), { replicas: 0 });

export const defaultedStatefulSet = defaultedWorkload(
  (spec) =>
    withPart(
      withItems(
        filled(spec, {
          replicas: 1,
          revisionHistoryLimit: 10,
          podManagementPolicy: 'OrderedReady',
          updateStrategy: Object.freeze({ type: 'RollingUpdate' }),
          persistentVolumeClaimRetentionPolicy: Object.freeze({ whenDeleted: 'Retain', whenScaled: 'Retain' }),
        }),
        'volumeClaimTemplates',
        (claim) =>
          filled(claim, {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            status: Object.freeze({ phase: 'Pending' }),
          }),
      ),
      'updateStrategy',
      rolling({ partition: 0 }),
    ),
  { availableReplicas: 0, replicas: 0 },
);

export const defaultedDaemonSet = defaultedWorkload(
  (spec) =>
    withPart(
      filled(spec, { revisionHistoryLimit: 10, updateStrategy: Object.freeze({ type: 'RollingUpdate' }) }),
      'updateStrategy',
      rolling({ maxSurge: 0, maxUnavailable: 1 }),
    ),
  { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
);

export const defaultedJob = defaultedWorkload((spec) =>
  filled(spec, {
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    completions: 1,
    manualSelector: false,
    parallelism: 1,
    podReplacementPolicy: 'TerminatingOrFailed',
    suspend: false,
  }),
);

export function defaultedBudget(budget: Fields): Fields {
  return withStatus(budget, { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 });
}

/** What it was in an API that is gone still counts its templates. */
export function admittedDaemonSet(set: Fields, before: Fields | undefined): Fields {
  const metadata = fieldsOf(set['metadata']);
  const annotations = filled(fieldsOf(metadata['annotations']), { 'deprecated.daemonset.template.generation': '1' });
  return before === undefined ? Object.freeze({ ...set, metadata: Object.freeze({ ...metadata, annotations }) }) : set;
}

/** A Job gets a selector, and labels for itself and its pods, that no other Job has. */
export function admittedJob(job: Fields, before: Fields | undefined): Fields {
  const spec = fieldsOf(job['spec']);
  if (before !== undefined || spec['manualSelector'] === true) {
    return job;
  }
  const metadata = fieldsOf(job['metadata']);
  const { name, uid } = metadata;
  const labels = Object.freeze({
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  });
  const selector = Object.freeze({ matchLabels: Object.freeze({ 'batch.kubernetes.io/controller-uid': uid }) });
  const labelledSpec = Object.freeze({ ...withPart(spec, 'template', labelled(labels)), selector });
  const own = filled(
    fieldsOf(metadata['labels']),
    fieldsOf(fieldsOf(fieldsOf(spec['template'])['metadata'])['labels']),
  );
  return Object.freeze({
    ...job,
    spec: labelledSpec,
    metadata: Object.freeze({ ...metadata, labels: filled(own, labels) }),
  });
}

function labelled(labels: Fields) {
  return (template: Fields): Fields => {
    const metadata = fieldsOf(template['metadata']);
    const all = Object.freeze({ ...fieldsOf(metadata['labels']), ...labels });
    return Object.freeze({ ...template, metadata: Object.freeze({ ...metadata, labels: all }) });
  };
}

function rolling(defaults: Fields) {
  return (strategy: Fields): Fields => {
    const typed = filled(strategy, { type: 'RollingUpdate' });
    return typed['type'] === 'RollingUpdate'
      ? Object.freeze({ ...typed, rollingUpdate: filled(fieldsOf(typed['rollingUpdate']), defaults) })
      : typed;
  };
}
