import type { Situation } from '../situation.ts';
import type { Workload } from '../spec/inference.ts';
import { reasons } from '../status/reasons.ts';
import { failed } from '../status/verdict.ts';
import type { Verdict } from '../status/verdict.ts';

/** Why the API server lets the Deployment make no pods (a quota, a policy, an admission webhook), and what helps. */
export function refusedPods({ observed: { deployment }, spec }: Situation): Verdict | undefined {
  const refusal = deployment?.status.conditions?.find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
  if (refusal === undefined) {
    return undefined;
  }
  const cause = oneLine(refusal.message ?? refusal.reason ?? 'no reason is given');
  return failed(reasons.inferenceFailed, `no pod can be made: ${cause}; ${remedy(cause, spec.workload.kind)}`);
}

function remedy(cause: string, workload: Workload['kind']): string {
  if (cause.includes('violates PodSecurity')) {
    return `${PERMITTED[workload]}use a namespace whose label pod-security.kubernetes.io/enforce allows it`;
  }
  return cause.includes('exceeded quota')
    ? 'raise that ResourceQuota or delete what uses it'
    : 'whoever made that rule can say what it asks for';
}

/** What helps beside another namespace. */
const PERMITTED: Readonly<Record<Workload['kind'], string>> = {
  template: 'set what it names in inference.template, or ',
  released: 'the image of this preset runs as root: choose a preset that our own server runs, or ',
  own: '',
};

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/gu, ' ');
}
