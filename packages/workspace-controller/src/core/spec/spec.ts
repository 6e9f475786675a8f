import type { Workspace } from '@kaito/types';

import type { NodeSource } from '../claims/node-source.ts';
import type { Settings } from '../settings.ts';
import { capacityProblems } from './capacity.ts';
import { classProblems } from './class-choice.ts';
import { readInference } from './inference.ts';
import type { Workload } from './inference.ts';
import { invalid, isRead, problemsOf, readingOf } from './reading.ts';
import type { Problem, Reading } from './reading.ts';
import { readResource } from './resource.ts';
import type { Resource } from './resource.ts';
import { tuningProblems } from './tuning.ts';

/** A Workspace that can run: everything that its nodes and its workload are made from, checked and defaulted. */
export interface Spec {
  readonly resource: Resource;
  readonly workload: Workload;
}

const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/u;

/** Its pods carry the name with a hash behind it in a label, which holds 63. */
const MAX_STATEFUL_SET_NAME = 52;

/** Reads what the user wrote, or names everything in it that the API server lets through and that cannot run where nodes are come by in this way. */
export function readSpec(
  workspace: Workspace,
  settings: Settings,
  source: NodeSource['kind'] = 'machine',
): Reading<Spec> {
  const resource = readResource(workspace, settings, source);
  const workload = readWorkload(workspace, settings);
  const problems = [
    ...nameProblems(workspace),
    ...classProblems(workspace, settings),
    ...problemsOf(resource),
    ...problemsOf(workload),
  ];
  if (!isRead(resource) || !isRead(workload)) {
    return { problems };
  }
  const all = [...problems, ...capacityProblems(resource.value, workload.value)];
  return readingOf(all, () => ({ resource: resource.value, workload: workload.value }));
}

function readWorkload(workspace: Workspace, settings: Settings): Reading<Workload> {
  const { inference, tuning } = workspace;
  if (inference !== undefined && tuning === undefined) {
    return readInference(inference, workspace, settings);
  }
  if (tuning !== undefined && inference === undefined) {
    return { problems: tuningProblems(tuning, workspace, settings) };
  }
  return { problems: [invalid('inference', 'set exactly one of inference and tuning')] };
}

function nameProblems({ metadata: { name }, resource }: Workspace): readonly Problem[] {
  if (!DNS_LABEL.test(name)) {
    const message =
      'must be a DNS label, since the Service gets this name: at most 63 lower-case letters, digits and dashes';
    return [invalid('metadata.name', message)];
  }
  return (resource?.count ?? 1) > 1 && name.length > MAX_STATEFUL_SET_NAME
    ? [invalid('metadata.name', `has more than ${MAX_STATEFUL_SET_NAME} characters, too many where count is over 1`)]
    : [];
}
