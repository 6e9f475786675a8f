import { labels } from '@kaito/types';

import type { Offering } from '../offerings/unavailable-offerings.ts';
import type { CloudFailure } from '../pools/cloud.ts';
import type { Candidate, Obstacle } from './candidates.ts';
import { failureText, quotaText } from './failure-text.ts';

/** So many are told one by one. */
const MAX_TOLD = 8;

const FIELDS: Readonly<Record<Extract<Obstacle, { kind: 'NotOffered' }>['field'], string>> = {
  size: labels.instanceType,
  zone: labels.zone,
  capacityType: labels.capacityType,
};

/** `Standard_NC6s_v3 in zone 1 (spot)`. */
export function nameOf({ capacityType, vmSize, zone }: Offering): string {
  return `${vmSize}${zone === undefined ? '' : ` in zone ${zone}`}${capacityType === 'spot' ? ' (spot)' : ''}`;
}

/** What was refused or cannot be had, each with its code or its rule. */
export function passedText(passed: readonly Candidate[]): string {
  const told = passed.slice(0, MAX_TOLD).map(({ obstacle, offering }) => `${nameOf(offering)}: ${why(obstacle)}`);
  const more = passed.length - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** Why not one of them can ever be had, naming the fields. */
export function neverText(passed: readonly Candidate[]): string {
  const fields = [
    ...new Set(passed.flatMap(({ obstacle }) => (obstacle?.kind === 'NotOffered' ? [FIELDS[obstacle.field]] : []))),
  ];
  const rules = passed.flatMap(({ obstacle, offering }) =>
    obstacle?.kind === 'NotOffered' ? [`${nameOf(offering)} ${obstacle.rule}`] : [],
  );
  return `spec.requirements of ${fields.join(' and ')}: ${rules.slice(0, MAX_TOLD).join('; ')}`;
}

/** That nothing is left to ask for: what was tried, with codes and figures, and what a person can do. */
export function exhaustedText(passed: readonly Candidate[], location: string): string {
  const failures = passed.flatMap(({ obstacle, offering }) =>
    obstacle?.kind === 'Unavailable' ? [{ failure: obstacle.failure, offering }] : [],
  );
  const [first, ...others] = failures;
  if (first !== undefined && passed.length === 1 && others.length === 0) {
    return failureText(first.failure, { vmSize: nameOf(first.offering), location });
  }
  return `none of ${passed.length} candidates can be had in ${location}: ${passedText(passed)}. ${remedy(failures.map(({ failure }) => failure))}`;
}

function remedy(failures: readonly CloudFailure[]): string {
  return failures.some(({ kind }) => kind === 'QuotaExceeded')
    ? 'Ask for more quota under Quotas in the Azure portal, or allow other instance types'
    : 'Allow other instance types or zones, or use another location';
}

function why(obstacle: Obstacle | undefined): string {
  if (obstacle === undefined) {
    return 'not tried';
  }
  if (obstacle.kind === 'NotOffered') {
    return obstacle.rule;
  }
  const { failure } = obstacle;
  return failure.kind === 'QuotaExceeded' ? `${failure.code}, vCPU quota${quotaText(failure.quota)}` : failure.code;
}
