import { describe, expect, it } from '@jest/globals';
import { ApiError } from '@kaito/controller-runtime';
import type { Kubernetes, KubernetesObject } from '@kaito/controller-runtime';

import { statement } from '../../test/conformance/statement.ts';
import { KAITO_NODE_CLASS } from '../core/claims/node-class.ts';
import type { NodeClass } from '../core/claims/node-class.ts';
import { requireNodeClass } from './node-class-check.ts';

const KWOK: NodeClass = { group: 'karpenter.kwok.sh', kind: 'KWOKNodeClass', name: 'default' };

describe('requireNodeClass', () => {
  it.each([
    ['without a class', undefined],
    ['with that of gpu-provisioner, for which there is no CRD', KAITO_NODE_CLASS],
  ])('asks nothing %s', async (_, nodeClass) => {
    expect(await asked(nodeClass, () => undefined)).toEqual([]);
  });

  it('is content with the CRD of the class', async () => {
    expect(await asked(KWOK, () => crdOf('KWOKNodeClass'))).toEqual(['kwoknodeclasses.karpenter.kwok.sh']);
  });

  it('asks by the plural of the configuration', async () => {
    expect(await asked({ ...KWOK, plural: 'kwoks' }, () => crdOf('KWOKNodeClass'))).toEqual([
      'kwoks.karpenter.kwok.sh',
    ]);
  });

  statement(62, 'a CRD that is absent is named, and its class', async () => {
    await expect(asked(KWOK, () => undefined)).rejects.toThrow(
      'the cluster has no CRD kwoknodeclasses.karpenter.kwok.sh, and so no node class karpenter.kwok.sh/KWOKNodeClass',
    );
  });

  statement(62, 'the CRD of another kind is not taken for it', async () => {
    await expect(asked(KWOK, () => crdOf('Other'))).rejects.toThrow('is of Other, not of the configured node class');
  });

  it('gives up where it may not look, and not where nobody answers', async () => {
    await expect(asked(KWOK, forbidden)).rejects.toThrow('no access');
    let failures = 0;
    const late = (): KubernetesObject => {
      failures += 1;
      if (failures < 3) {
        throw new ApiError('Unavailable', 'etcd is being restarted');
      }
      return crdOf('KWOKNodeClass');
    };
    expect(await asked(KWOK, late)).toHaveLength(3);
  });
});

function forbidden(): never {
  throw new ApiError('Forbidden', 'no access');
}

/** The CRDs that were asked for. */
async function asked(nodeClass: NodeClass | undefined, answer: () => KubernetesObject | undefined): Promise<string[]> {
  const names: string[] = [];
  const kubernetes: Pick<Kubernetes, 'get'> = {
    get: async ({ key }) => {
      names.push(key.name);
      return answer();
    },
  };
  const clock = { sleep: async (): Promise<void> => undefined };
  const logger = { warn: (): void => undefined };
  await requireNodeClass({ kubernetes, clock, logger, nodeClass }, new AbortController().signal);
  return names;
}

function crdOf(kind: string): KubernetesObject {
  const metadata = { name: 'crd', uid: '1', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
  return { metadata, spec: { names: { kind } } };
}
