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

export function claimOf({ metadata, spec, status = {} }: Machine): Claim {
  const notes = metadata.annotations ?? {};
  const providerId = status.providerID ?? notes[annotations.linked];
  const nodeUid = notes[annotations.nodeUid];
  const failure = launchFailure(status);
  return {
    ...identityOf(metadata),
    ...wishesOf(spec),
    ...(providerId !== undefined && { providerId }),
    ...(nodeUid !== undefined && { nodeUid }),
    attempts: readAttempts(notes[annotations.createAttempts]),
    ...(failure !== undefined && { lastLaunchFailure: failure }),
    status,
  };
}

type Identity = Pick<
  Claim,
  | 'name'
  | 'uid'
  | 'resourceVersion'
  | 'generation'
  | 'createdAt'
  | 'isDeleting'
  | 'finalizers'
  | 'labels'
  | 'annotations'
>;

function identityOf(metadata: Machine['metadata']): Identity {
  const { annotations: notes = {}, finalizers: held = [], generation = 0, labels: own = {} } = metadata;
  const { creationTimestamp, deletionTimestamp, name, resourceVersion, uid } = metadata;
  return {
    name,
    uid,
    resourceVersion,
    generation,
    createdAt: timeOf(creationTimestamp),
    isDeleting: deletionTimestamp !== undefined,
    finalizers: held,
    labels: own,
    annotations: notes,
  };
}

function wishesOf(spec: Machine['spec'] = {}): Pick<Claim, 'requirements' | 'taints' | 'startupTaints' | 'requests'> {
  const { requirements = [], resources, startupTaints = [], taints = [] } = spec;
  return { requirements, taints, startupTaints, requests: resources?.requests ?? {} };
}

function launchFailure({ conditions: all = [] }: NonNullable<Machine['status']>): string | undefined {
  const launched = all.find(({ type }) => type === conditions.machine.launched);
  return launched?.reason === reasons.launchFailed ? (launched.message ?? '') : undefined;
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
