import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { ControlPlaneOptions } from '@kaito/local-cloud';

/** Whose requests, and only those, are in the audit log; the fair queues of the API server do not count them. */
export const CONTROLLER_USER = 'bench-controller';

const AUDIT_LOG_MIB = 100_000;

/** All that plays a part in the life of a Workspace; endpoints, autoscaling and the like do not. */
const CONTROLLERS = [
  'deployment-controller',
  'replicaset-controller',
  'statefulset-controller',
  'job-controller',
  'daemonset-controller',
  'garbage-collector-controller',
  'namespace-controller',
  'serviceaccount-controller',
  'root-ca-certificate-publisher-controller',
  'node-lifecycle-controller',
  'taint-eviction-controller',
  'pod-garbage-collector-controller',
  'persistentvolume-binder-controller',
  'persistentvolumeclaim-protection-controller',
];

const CLIENT_LIMITS = ['--kube-api-qps=2000', '--kube-api-burst=4000'];

/** What the driver's own `controlplane.sh` demands beyond a control plane as `npm start` has it. */
export async function driverDemands(
  directory: string,
  auditLogFile: string,
): Promise<Omit<ControlPlaneOptions, 'binaries' | 'directory'>> {
  const policyFile = path.join(directory, 'driver-audit-policy.json');
  await writeFile(policyFile, JSON.stringify(AUDIT_POLICY));
  return {
    accounts: [{ user: CONTROLLER_USER, groups: ['system:masters'] }],
    apiServerFlags: [
      `--audit-policy-file=${policyFile}`,
      `--audit-log-path=${auditLogFile}`,
      `--audit-log-maxsize=${AUDIT_LOG_MIB}`,
      '--profiling=false',
      '--max-requests-inflight=2000',
      '--max-mutating-requests-inflight=1000',
    ],
    controllers: CONTROLLERS,
    controllerManagerFlags: [
      ...CLIENT_LIMITS,
      '--concurrent-statefulset-syncs=20',
      '--concurrent-deployment-syncs=20',
      '--concurrent-replicaset-syncs=20',
      '--concurrent-gc-syncs=40',
      '--node-monitor-grace-period=87600h',
      '--node-startup-grace-period=87600h',
    ],
    schedulerFlags: CLIENT_LIMITS,
  };
}

const AUDIT_POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata', users: [CONTROLLER_USER] }, { level: 'None' }],
};
