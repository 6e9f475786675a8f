import * as z from 'zod';

import { Condition, LabelSelector, ObjectMeta } from './meta.ts';
import { Quantity } from './quantity.ts';

const anyObject = z
  .record(z.string(), z.unknown())
  .meta({ k8s: { replace: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } });

const secretNames = z.array(z.string());

/** Where adapter weights or training data come from; exactly one of urls, volumeSource and image. */
export const DataSource = z.object({
  name: z.string().optional(),
  urls: z.array(z.string()).optional(),
  volumeSource: anyObject.optional(),
  image: z.string().optional(),
  imagePullSecrets: secretNames.optional(),
});
export type DataSource = z.infer<typeof DataSource>;

export const Adapter = z.object({
  source: DataSource.optional(),
  strength: z.string().optional(),
});
export type Adapter = z.infer<typeof Adapter>;

export const Preset = z.object({
  name: z.string(),
  accessMode: z.enum(['public', 'private']).default('public'),
  presetOptions: z
    .object({
      image: z.string().optional(),
      imagePullSecrets: secretNames.optional(),
      modelAccessSecret: z.string().optional(),
    })
    .optional(),
});
export type Preset = z.infer<typeof Preset>;

export const Inference = z
  .object({
    preset: Preset.optional(),
    template: anyObject.optional(),
    config: z.string().optional(),
    adapters: z
      .array(Adapter)
      .meta({ k8s: { maxItems: 10 } })
      .optional(),
  })
  .meta({
    k8s: {
      rules: [
        { rule: 'has(self.preset) != has(self.template)', message: 'set exactly one of preset and template' },
        {
          rule: 'has(self.preset) == has(oldSelf.preset)',
          message: 'preset and template cannot be toggled once set',
        },
        {
          rule: '!has(self.preset) || !has(oldSelf.preset) || self.preset == oldSelf.preset',
          message: 'field is immutable',
          fieldPath: '.preset',
        },
      ],
    },
  });
export type Inference = z.infer<typeof Inference>;

const TuningOutput = z.object({
  volumeSource: anyObject.optional(),
  image: z.string().optional(),
  imagePushSecret: z.string().optional(),
});

export const Tuning = z
  .object({
    preset: Preset.optional(),
    method: z.string().optional(),
    config: z.string().optional(),
    input: DataSource,
    output: TuningOutput,
  })
  .meta({
    k8s: {
      rules: [
        {
          rule: 'has(self.preset) == has(oldSelf.preset) && (!has(self.preset) || self.preset == oldSelf.preset)',
          message: 'field is immutable',
          fieldPath: '.preset',
        },
        {
          rule: 'has(self.method) == has(oldSelf.method) && (!has(self.method) || self.method.lowerAscii() == oldSelf.method.lowerAscii())',
          message: 'field is immutable',
          fieldPath: '.method',
        },
      ],
    },
  });
export type Tuning = z.infer<typeof Tuning>;

const Partition = z.object({
  mode: z.string(),
  profile: z.string().optional(),
  count: z.int().min(1).optional(),
});

const unchanged = (field: string): { rule: string; message: string; fieldPath: string } => ({
  rule: `has(self.${field}) == has(oldSelf.${field}) && (!has(self.${field}) || self.${field} == oldSelf.${field})`,
  message: 'field is immutable',
  fieldPath: `.${field}`,
});

const Resource = z
  .object({
    count: z.int().default(1),
    instanceType: z.string().optional(),
    labelSelector: LabelSelector,
    preferredNodes: z.array(z.string()).optional(),
    partition: Partition.optional(),
  })
  .meta({
    k8s: { rules: [unchanged('count'), unchanged('instanceType'), unchanged('labelSelector'), unchanged('partition')] },
  });

const Metric = z.object({
  description: z.string().optional(),
  value: z.string().optional(),
  unit: z.string().optional(),
  config: z.record(z.string(), Quantity).optional(),
});

const dateTime = z.string().meta({ k8s: { format: 'date-time' } });

/** How many claims were asked for in the last hour, and why the last one failed: survives a restart. */
const Attempts = z.object({
  /** When the oldest of them was made. */
  windowStart: dateTime,
  count: z.int(),
  /** When each was made, the oldest first. */
  times: z
    .array(dateTime)
    .meta({ k8s: { 'x-kubernetes-list-type': 'atomic' } })
    .optional(),
  lastFailure: z.string().optional(),
  /** No claim is made before. */
  nextAttempt: dateTime.optional(),
});
export type Attempts = z.infer<typeof Attempts>;

/** Whoever served together when a group was last complete: by it a later look tells that one of them was lost. */
const Group = z.object({
  /** Of the pod template that they were made from; raised when the group is to start again as one. */
  generation: z.int(),
  members: z
    .array(
      z.object({
        name: z.string(),
        /** Of its pod. */
        uid: z.string(),
        /** How often its containers had been started again. */
        restarts: z.int(),
      }),
    )
    .meta({ k8s: { 'x-kubernetes-list-type': 'atomic' } }),
  /** Since when it is complete. */
  since: dateTime,
  /** How often in a row it had to start again soon after it was complete; absent: not at all. */
  setbacks: z.int().optional(),
});
export type Group = z.infer<typeof Group>;

export const WorkspaceStatus = z.object({
  workerNodes: z
    .array(z.string())
    .meta({ k8s: { 'x-kubernetes-list-type': 'atomic' } })
    .optional(),
  conditions: z
    .array(Condition)
    .meta({ k8s: { 'x-kubernetes-list-type': 'atomic' } })
    .optional(),
  state: z.string().optional(),
  targetNodeCount: z
    .int()
    .meta({ k8s: { format: 'int32' } })
    .optional(),
  performance: z.object({ metrics: z.record(z.string(), Metric).optional() }).optional(),
  attempts: Attempts.optional(),
  group: Group.optional(),
});
export type WorkspaceStatus = z.infer<typeof WorkspaceStatus>;

/** What a user applies: a model, a GPU size, and how to find the nodes (workspace.md 2). There is no `spec`. */
export const Workspace = z
  .object({
    metadata: ObjectMeta,
    resource: Resource.optional(),
    inference: Inference.optional(),
    tuning: Tuning.optional(),
    status: WorkspaceStatus.optional(),
  })
  .meta({
    k8s: {
      rules: [
        {
          rule: 'has(self.inference) != has(self.tuning)',
          message: 'set exactly one of inference and tuning',
          fieldPath: '.inference',
        },
        {
          rule: 'has(self.inference) == has(oldSelf.inference) && has(self.tuning) == has(oldSelf.tuning)',
          message: 'inference and tuning cannot be toggled once set',
          fieldPath: '.inference',
        },
      ],
    },
  });
export type Workspace = z.infer<typeof Workspace>;
