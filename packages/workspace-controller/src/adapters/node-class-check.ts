import { isApiError } from '@kaito/controller-runtime';
import type { Clock, Kubernetes, Logger, ResourceType } from '@kaito/controller-runtime';
import * as z from 'zod';

import { classCrdName } from '../core/claims/node-class.ts';
import type { NodeClass } from '../core/claims/node-class.ts';

export interface ClassCheck {
  readonly kubernetes: Pick<Kubernetes, 'get'>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly logger: Pick<Logger, 'warn'>;
  /** Absent: none is configured. */
  readonly nodeClass: NodeClass | undefined;
}

const LONGEST_PAUSE_MS = 30_000;

const definitions: ResourceType = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  isNamespaced: false,
};

const Definition = z.object({ spec: z.object({ names: z.object({ kind: z.string() }) }) });

/**
 * Throws when the cluster does not know the configured class, of which no node could ever be made. What says nothing
 * about the class, an API server that does not answer, is waited out.
 */
export async function requireNodeClass(check: ClassCheck, signal: AbortSignal): Promise<void> {
  const { clock, logger, nodeClass } = check;
  const name = nodeClass === undefined ? undefined : classCrdName(nodeClass);
  if (nodeClass === undefined || name === undefined) {
    return;
  }
  for (let pauseMs = 1000; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await requireDefinition(name, nodeClass, check, signal);
    } catch (error) {
      if (!isApiError(error, 'Network', 'TooManyRequests', 'Unavailable')) {
        throw error;
      }
      logger.warn({ err: error, crd: name, pauseMs }, 'Looking for the CRD of the node class failed');
      await clock.sleep(pauseMs, signal);
    }
  }
}

async function requireDefinition(
  name: string,
  { group, kind }: NodeClass,
  { kubernetes }: ClassCheck,
  signal: AbortSignal,
): Promise<void> {
  const found = await kubernetes.get({ type: definitions, key: { name } }, signal);
  if (found === undefined) {
    throw new Error(
      `the cluster has no CRD ${name}, and so no node class ${group}/${kind}: install its provisioner, or name another with --node-class`,
    );
  }
  const { spec } = Definition.parse(found);
  if (spec.names.kind !== kind) {
    throw new Error(`the CRD ${name} is of ${spec.names.kind}, not of the configured node class ${group}/${kind}`);
  }
}
