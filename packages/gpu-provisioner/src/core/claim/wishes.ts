import { labels } from '@kaito/types';

import type { CapacityType } from '../pools/cloud.ts';
import type { Claim } from './claim.ts';
import { contradiction, narrowed } from './requirements.ts';
import type { Narrowed } from './requirements.ts';

/** What a claim would take, the best first. */
export interface Wishes {
  /** VM sizes as the claim spells them; never empty. */
  readonly sizes: readonly string[];
  readonly capacityTypes: readonly CapacityType[];
  /** By number; absent: wherever there is room. */
  readonly zones?: readonly string[];
}

export type ReadWishes =
  { readonly isValid: true; readonly wishes: Wishes } | { readonly isValid: false; readonly problem: string };

const SKU_NAME = 'karpenter.azure.com/sku-name';

const SIZE_KEYS: readonly string[] = [labels.instanceType, SKU_NAME, 'beta.kubernetes.io/instance-type'];
const ZONE_KEYS: readonly string[] = [labels.zone, 'failure-domain.beta.kubernetes.io/zone'];

/** Whose values have several spellings, or whose keys have. */
const COMPARED_APART: readonly string[] = [...SIZE_KEYS, ...ZONE_KEYS, labels.region];

/** What Azure has where it has zones at all. */
const ZONES: readonly string[] = ['1', '2', '3'];

/** How AKS labels a Node that lies in no zone. */
const NO_ZONE = '0';

/** Who allows both gets spot first, which costs less; who names none gets what is not taken away. */
const CAPACITY_TYPES: readonly CapacityType[] = ['spot', 'on-demand'];

/** What the claim's requirements ask of a VM in this region, or what is wrong with them. */
export function wishesOf({ requirements }: Pick<Claim, 'requirements'>, location: string): ReadWishes {
  const sizes = sizesOf(requirements);
  const types = capacityTypes(requirements);
  const zones = zonesOf(requirements, location);
  const others = requirements.filter(({ key }) => !COMPARED_APART.includes(key));
  const general = placeProblem(requirements, location) ?? contradiction(others);
  if (general !== undefined) {
    return { isValid: false, problem: general };
  }
  if (!sizes.isPossible) {
    return { isValid: false, problem: sizes.problem };
  }
  if (!types.isPossible) {
    return { isValid: false, problem: types.problem };
  }
  if (!zones.isPossible) {
    return { isValid: false, problem: zones.problem };
  }
  return {
    isValid: true,
    wishes: {
      sizes: sizes.values,
      capacityTypes: CAPACITY_TYPES.filter((type) => types.values.includes(type)),
      ...(zones.isAsked && !zones.values.includes(NO_ZONE) && { zones: zones.values }),
    },
  };
}

/** Only what is listed can be asked for. */
function sizesOf(requirements: Claim['requirements']): Narrowed {
  const sizes = narrowed(requirements, { keys: SIZE_KEYS, universe: [], read: unlessEmpty });
  const isListed = requirements.some(
    ({ key, operator, values = [] }) =>
      SIZE_KEYS.includes(key) && operator === 'In' && values.some((value) => value !== ''),
  );
  const problem = `spec.requirements has no ${labels.instanceType} with operator In, so there is no VM size to ask for`;
  return isListed ? sizes : { isPossible: false, problem };
}

function unlessEmpty(value: string): string | undefined {
  return value === '' ? undefined : value;
}

/** Of a region as people and as Azure write it: `East US`, `eastus`. */
function regionName(location: string): string {
  return location.replaceAll(' ', '').toLowerCase();
}

function capacityTypes(requirements: Claim['requirements']): Narrowed {
  const isExcluded = requirements.some(
    ({ key, operator, values = [] }) =>
      key === labels.capacityType && operator === 'NotIn' && values.includes('on-demand'),
  );
  return narrowed(requirements, {
    keys: [labels.capacityType],
    universe: isExcluded ? CAPACITY_TYPES : ['on-demand'],
    read: (value) => CAPACITY_TYPES.find((type) => type === value),
  });
}

/** `1`, or `eastus-1` as Nodes are labelled. */
function zonesOf(requirements: Claim['requirements'], location: string): Narrowed {
  const onZones = requirements.filter(({ key, operator }) => ZONE_KEYS.includes(key) && operator !== 'Exists');
  return narrowed(onZones, {
    keys: ZONE_KEYS,
    universe: ZONES,
    read: (value) => {
      const { region, zone } = /^(?:(?<region>.+)-)?(?<zone>\d+)$/u.exec(value)?.groups ?? {};
      return region === undefined || regionName(region) === regionName(location) ? zone : undefined;
    },
  });
}

/** Pools of ours are Linux on the processors that GPUs come with, in one region. */
function placeProblem(requirements: Claim['requirements'], location: string): string | undefined {
  const os = narrowed(requirements, { keys: [labels.os], universe: ['linux'], read: only('linux') });
  const arch = narrowed(requirements, { keys: [labels.arch], universe: ['amd64', 'arm64'] });
  const region = narrowed(requirements, {
    keys: [labels.region],
    universe: [regionName(location)],
    read: (value) => only(regionName(location))(regionName(value)),
  });
  if (!os.isPossible) {
    return `${os.problem}; agent pools for claims run linux`;
  }
  if (!region.isPossible) {
    return `${region.problem}; this cluster lies in ${location}`;
  }
  return arch.isPossible ? undefined : arch.problem;
}

function only(wanted: string): (value: string) => string | undefined {
  return (value) => (value === wanted ? value : undefined);
}
