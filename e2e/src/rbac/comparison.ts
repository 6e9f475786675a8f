import type { Need } from './need.ts';
import { covers, samePermission } from './permission.ts';
import type { Permission } from './permission.ts';

export interface Granted {
  readonly permission: Permission;
  /** Absent: nothing needs it, or something narrower would do. */
  readonly need?: Need;
}

/** Rights against recorded calls, both ways. */
export interface Comparison {
  readonly granted: readonly Granted[];
  /** What was granted and is not used. */
  readonly unused: readonly Permission[];
  /** What was used and is not granted, or was refused all the same. */
  readonly missing: readonly Need[];
}

export function compare(permissions: readonly Permission[], needs: readonly Need[]): Comparison {
  const granted = permissions.map((permission): Granted => {
    const need = needs.find((candidate) => samePermission(candidate.permission, permission));
    return { permission, ...(need !== undefined && { need }) };
  });
  return {
    granted,
    unused: granted.filter(({ need }) => need === undefined).map(({ permission }) => permission),
    missing: needs.filter((need) => need.refused > 0 || !isCovered(need, permissions)),
  };
}

function isCovered({ permission }: Need, permissions: readonly Permission[]): boolean {
  return permissions.some((granted) => covers(granted, permission));
}
