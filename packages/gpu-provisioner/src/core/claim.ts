import { annotations, conditions, finalizers, labels } from '@kaito/types';
import type { Machine, NodeSelectorRequirement, Quantity, Taint } from '@kaito/types';

import { readAttempts } from './attempts.ts';
import { reasons } from './reasons.ts';
import { timeOf } from './time.ts';

type Strings = Readonly<Record<string, string>>;

/** A request for one Node, whichever API it was written in. */
export interface Claim {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly createdAt: Date;
  readonly isDeleting: boolean;
  readonly finalizers: readonly string[];
  readonly labels: Strings;
  readonly annotations: Strings;
  readonly requirements: readonly NodeSelectorRequirement[];
  readonly taints: readonly Taint[];
  readonly startupTaints: readonly Taint[];
  readonly requests: Readonly<Record<string, Quantity>>;
  /** Taken once, from the claim's Node; from then on it is known by this and `nodeUid`. */
  readonly providerId?: string;
  readonly nodeUid?: string;
  /** When its creates of the last hour were sent, oldest first. */
  readonly attempts: readonly Date[];
  /** What the user was told when the launch failed last. */
  readonly lastLaunchFailure?: string;
  readonly status: NonNullable<Machine['status']>;
}

/** Whether the claim is ours to serve (provisioner.md 2.1). */
export function isServed({ metadata }: Machine): boolean {
  const { labels: own = {} } = metadata;
  return labels.workspace in own || labels.ragEngine in own;
}

export function claimOf({ metadata, spec = {}, status = {} }: Machine): Claim {
  const notes = metadata.annotations ?? {};
  const providerId = status.providerID ?? notes[annotations.linked];
  const nodeUid = notes[annotations.nodeUid];
  const launched = status.conditions?.find(({ type }) => type === conditions.machine.launched);
  return {
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    generation: metadata.generation ?? 0,
    createdAt: timeOf(metadata.creationTimestamp),
    isDeleting: metadata.deletionTimestamp !== undefined,
    finalizers: metadata.finalizers ?? [],
    labels: metadata.labels ?? {},
    annotations: notes,
    requirements: spec.requirements ?? [],
    taints: spec.taints ?? [],
    startupTaints: spec.startupTaints ?? [],
    requests: spec.resources?.requests ?? {},
    ...(providerId !== undefined && { providerId }),
    ...(nodeUid !== undefined && { nodeUid }),
    attempts: readAttempts(notes[annotations.createAttempts]),
    ...(launched?.reason === reasons.launchFailed && { lastLaunchFailure: launched.message ?? '' }),
    status,
  };
}

export function hasFinalizer(object: { readonly finalizers?: readonly string[] | undefined }): boolean {
  return object.finalizers?.includes(finalizers.termination) ?? false;
}

/** The values of an `In` requirement, in the order in which they are listed. */
export function requiredValues(claim: Pick<Claim, 'requirements'>, key: string): readonly string[] {
  return claim.requirements
    .filter((requirement) => requirement.key === key && requirement.operator === 'In')
    .flatMap(({ values = [] }) => values);
}
