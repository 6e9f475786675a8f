import { annotations } from '@kaito/types';

import type { AgentPoolSpec } from '../pools/cloud.ts';
import type { Claim } from './claim.ts';
import { osDiskSizeGiB } from './disk-size.ts';
import { wishesOf } from './wishes.ts';
import type { ReadWishes } from './wishes.ts';

const POOL_NAME = /^[a-z][a-z0-9]{0,11}$/u;
const RESERVED_LABEL_PREFIX = 'kubernetes.azure.com/';
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/u;

const OS_SKUS: ReadonlyMap<string, NonNullable<AgentPoolSpec['osSku']>> = new Map([
  ['ubuntu', 'Ubuntu'],
  ['azurelinux', 'AzureLinux'],
]);

/** What a claim asks for, or what is wrong with it, naming the field and the rule. */
export function readClaim(claim: Claim, location: string): ReadWishes {
  const problem = nameProblem(claim) ?? labelProblem(claim) ?? diskProblem(claim) ?? imageProblem(claim);
  return problem === undefined ? wishesOf(claim, location) : { isValid: false, problem };
}

/** The distribution that the claim names; undefined: the platform's choice. */
export function osSkuOf({ annotations: notes }: Pick<Claim, 'annotations'>): AgentPoolSpec['osSku'] {
  return OS_SKUS.get(notes[annotations.imageFamily]?.toLowerCase() ?? '');
}

function nameProblem({ name }: Claim): string | undefined {
  return POOL_NAME.test(name)
    ? undefined
    : `metadata.name is "${name}"; it becomes the agent pool's name, which has at most 12 lower-case letters and digits and begins with a letter`;
}

function labelProblem({ labels }: Claim): string | undefined {
  const reserved = Object.keys(labels).find((key) => key.startsWith(RESERVED_LABEL_PREFIX));
  if (reserved !== undefined) {
    return `metadata.labels has ${reserved}; AKS keeps the prefix ${RESERVED_LABEL_PREFIX} for itself`;
  }
  const [key, value] = Object.entries(labels).find(([, text]) => !LABEL_VALUE.test(text)) ?? [];
  return key === undefined
    ? undefined
    : `metadata.labels has ${key} with the value "${value ?? ''}"; AKS takes at most 63 letters, digits, "-", "_" and ".", with a letter or a digit at both ends`;
}

function diskProblem({ requests }: Claim): string | undefined {
  return osDiskSizeGiB(requests['storage']) === undefined
    ? `spec.resources.requests.storage is ${String(requests['storage'])}; an OS disk has from 0 to 2048Gi`
    : undefined;
}

function imageProblem(claim: Claim): string | undefined {
  const family = claim.annotations[annotations.imageFamily] ?? '';
  return family === '' || osSkuOf(claim) !== undefined
    ? undefined
    : `metadata.annotations has ${annotations.imageFamily} "${family}"; agent pools come with ${[...OS_SKUS.keys()].join(' or ')}`;
}
