import { armError } from './arm-error.ts';
import type { ArmError } from './arm-error.ts';
import type { State } from './model.ts';
import { placements, plannedSizes } from './placement.ts';
import type { Placement } from './placement.ts';
import type { PoolProperties } from './pool-request.ts';
import { VM_SIZES } from './vm-sizes.ts';

export interface Usage {
  readonly name: string;
  readonly localizedName: string;
  readonly limit: number;
  readonly currentValue: number;
}

const REGIONAL = 'cores';
const LOW_PRIORITY = 'lowPriorityCores';
const DEFAULT_LIMIT = { [REGIONAL]: 50_000, [LOW_PRIORITY]: 20_000 } as const;
const DEFAULT_FAMILY_LIMIT = 20_000;

/** vCPUs that are used and that may be, by name of the quota. */
export function usages(state: State, except?: string): readonly Usage[] {
  const placed = placements(state, except);
  const families = [...new Set(VM_SIZES.map(({ family }) => family))];
  return [
    usage(state, REGIONAL, 'Total Regional vCPUs', coresOf(placed.filter(({ isSpot }) => !isSpot))),
    usage(state, LOW_PRIORITY, 'Total Regional Low-priority vCPUs', coresOf(placed.filter(({ isSpot }) => isSpot))),
    ...families.map((family) => {
      const own = placed.filter(({ size, isSpot }) => size.family === family && !isSpot);
      return usage(state, family, `${family} vCPUs`, coresOf(own));
    }),
  ];
}

/** The first quota that the pool would exceed, as AKS says it at once or as the operation says it later. */
export function quotaProblem(state: State, poolName: string, properties: PoolProperties): ArmError | undefined {
  const others = usages(state, poolName);
  const sizes = plannedSizes(properties);
  const isSpot = properties.scaleSetPriority === 'Spot';
  const families = [...new Set(sizes.map(({ family }) => family))];
  const needs = isSpot
    ? [{ name: LOW_PRIORITY, cores: coresOf(sizes.map((size) => ({ size, isSpot }))) }]
    : [
        ...families.map((name) => ({
          name,
          cores: sizes.reduce((sum, s) => sum + (s.family === name ? s.vcpus : 0), 0),
        })),
        { name: REGIONAL, cores: coresOf(sizes.map((size) => ({ size, isSpot }))) },
      ];
  for (const { name, cores } of needs) {
    const own = others.find((entry) => entry.name === name);
    if (own !== undefined && own.currentValue + cores > own.limit) {
      return exceeded(state, own, cores);
    }
  }
  return undefined;
}

function exceeded(state: State, { name, limit, currentValue }: Usage, cores: number): ArmError {
  const { location } = state.cluster;
  if (state.settings.quotaProblem === 'put') {
    const remaining = String(Math.max(0, limit - currentValue));
    return armError('aks-vcpu-quota', { N: String(cores), R: remaining, family: name, loc: location });
  }
  const blanks = {
    family: name,
    loc: location,
    L: String(limit),
    U: String(currentValue),
    A: String(cores),
    M: String(currentValue + cores),
    '...': `Deployment Model: Resource Manager, Location: ${location},`,
  };
  if (name === REGIONAL) {
    return armError('crp-regional-quota', blanks);
  }
  return armError(name === LOW_PRIORITY ? 'crp-lowpri-quota' : 'crp-family-quota', blanks);
}

function usage(state: State, name: string, localizedName: string, currentValue: number): Usage {
  const set = Object.entries(state.settings.quotas).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return { name, localizedName, limit: set?.[1] ?? defaultLimit(name), currentValue };
}

function defaultLimit(name: string): number {
  return name === REGIONAL || name === LOW_PRIORITY ? DEFAULT_LIMIT[name] : DEFAULT_FAMILY_LIMIT;
}

function coresOf(placed: readonly Pick<Placement, 'size' | 'isSpot'>[]): number {
  return placed.reduce((sum, { size }) => sum + size.vcpus, 0);
}
