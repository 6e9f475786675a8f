import { isApiError } from './api-error.ts';
import type { Kubernetes, KubernetesObject, ObjectKey, ResourceType } from './kubernetes.ts';
import type { LeaseRecord } from './leader-state.ts';
import { microTime } from './micro-time.ts';

const leases: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  isNamespaced: true,
};
const FIELD_MANAGER = 'kaito-leader-election';

export interface LeaseClient {
  read(signal: AbortSignal): Promise<LeaseRecord | undefined>;
  /** Writes the lease as `next`, if it still is what `before` says; undefined when somebody else was faster. */
  write(before: LeaseRecord | undefined, next: LeaseWrite, signal: AbortSignal): Promise<LeaseRecord | undefined>;
}

export interface LeaseWrite {
  readonly holder: string;
  readonly durationMs: number;
  readonly transitions: number;
  readonly now: Date;
  /** Whether a term begins. */
  readonly isAcquisition: boolean;
}

/** One Lease object, read and written with a check on its version. */
export function leaseClient(kubernetes: Kubernetes, key: ObjectKey): LeaseClient {
  return {
    read: async (signal) => {
      const object = await kubernetes.get({ type: leases, key }, signal);
      return object === undefined ? undefined : recordOf(object);
    },
    write: async (before, next, signal) => {
      try {
        const answer =
          before === undefined
            ? await kubernetes.create(
                {
                  type: leases,
                  fieldManager: FIELD_MANAGER,
                  manifest: {
                    apiVersion: 'coordination.k8s.io/v1',
                    kind: 'Lease',
                    metadata: { name: key.name, ...(key.namespace !== undefined && { namespace: key.namespace }) },
                    spec: specOf(next),
                  },
                },
                signal,
              )
            : await kubernetes.patch(
                {
                  type: leases,
                  key,
                  fieldManager: FIELD_MANAGER,
                  body: { metadata: { resourceVersion: before.resourceVersion }, spec: specOf(next) },
                },
                signal,
              );
        return recordOf(answer);
      } catch (error) {
        if (isApiError(error, 'Conflict', 'AlreadyExists', 'NotFound')) {
          return undefined;
        }
        throw error;
      }
    },
  };
}

function specOf({
  holder,
  durationMs,
  transitions,
  now,
  isAcquisition,
}: LeaseWrite): Readonly<Record<string, unknown>> {
  return {
    holderIdentity: holder,
    leaseDurationSeconds: Math.max(1, Math.ceil(durationMs / 1000)),
    leaseTransitions: transitions,
    renewTime: microTime(now),
    ...(isAcquisition && { acquireTime: microTime(now) }),
  };
}

function recordOf({ metadata, ['spec']: spec }: KubernetesObject): LeaseRecord {
  const fields: Readonly<Record<string, unknown>> = typeof spec === 'object' && spec !== null ? { ...spec } : {};
  const { holderIdentity, leaseDurationSeconds, leaseTransitions } = fields;
  return {
    resourceVersion: metadata.resourceVersion,
    holder: typeof holderIdentity === 'string' ? holderIdentity : '',
    durationMs: typeof leaseDurationSeconds === 'number' ? leaseDurationSeconds * 1000 : undefined,
    transitions: typeof leaseTransitions === 'number' ? leaseTransitions : 0,
  };
}
