import { request } from 'node:http';

import * as z from 'zod';

import { fieldSet } from '../../api-server/apply/field-set.ts';
import type { FieldSet } from '../../api-server/apply/field-set.ts';
import type { TestCluster } from '../../test-cluster.ts';
import type { ApiDriver } from './api-driver.ts';
import { kinds } from './kinds.ts';

const never = new AbortController().signal;

type FieldsV1 = Readonly<{ [step: string]: FieldsV1 }>;

const FieldsV1: z.ZodType<FieldsV1> = z.lazy(() => z.record(z.string(), FieldsV1));

const ManagedFields = z.object({
  managedFields: z
    .array(
      z.object({
        manager: z.string(),
        operation: z.enum(['Apply', 'Update']),
        apiVersion: z.string(),
        subresource: z.string().optional(),
        fieldsV1: FieldsV1,
      }),
    )
    .default([]),
});

/** kube-apiserver through our client. */
export function realApiServer({ kubernetes, controlPlane }: TestCluster, namespace: string): ApiDriver {
  return {
    kubernetes,
    namespace,
    managersOf: async (type, key) => {
      const object = await kubernetes.get({ type, key }, never);
      return ManagedFields.parse(object?.metadata).managedFields.map(({ fieldsV1, ...writer }) => ({
        ...writer,
        fields: fieldSetOf(fieldsV1, false),
      }));
    },
    forget: async () => {
      const { resourceVersion } = await kubernetes.list({ type: kinds.secrets, limit: 1 }, never);
      await compacted(controlPlane.etcd, resourceVersion);
    },
    timeOutWatches: () => undefined,
  };
}

/** A leaf is written `{}`; a member with members below it has `.` among them. */
function fieldSetOf(fields: FieldsV1, isLeafMember = true): FieldSet {
  const steps = Object.entries(fields).filter(([step]) => step !== '.');
  const isMember = '.' in fields || (steps.length === 0 && isLeafMember);
  return fieldSet(isMember, new Map(steps.map(([step, below]) => [step, fieldSetOf(below)])));
}

/** etcd forgets what was before this revision, which is what the API server calls a version. */
async function compacted(etcd: string, revision: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const call = request(`${etcd}/v3/kv/compaction`, { method: 'POST' }, (answer) => {
    answer.resume();
    resolve(answer.statusCode);
  });
  call.once('error', reject);
  call.end(JSON.stringify({ revision }));
  if ((await promise) !== 200) {
    throw new Error('etcd does not compact');
  }
}
