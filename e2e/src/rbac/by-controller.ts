import { SYSTEM_NAMESPACE } from '@kaito/local-cloud';
import type { ControllerName, Rights } from '@kaito/local-cloud';

import type { Call } from './audit-call.ts';
import { compare } from './comparison.ts';
import type { Comparison } from './comparison.ts';
import { needsOf } from './need.ts';
import type { Need } from './need.ts';
import { permissionsOf } from './permission.ts';

/** What the calls of all show that this one needs. */
export function needsOfController(controller: ControllerName, calls: readonly Call[]): readonly Need[] {
  return needsOf(
    calls.filter(({ user }) => user === controller),
    SYSTEM_NAMESPACE,
  );
}

export function comparisonOf(controller: ControllerName, rights: Rights, calls: readonly Call[]): Comparison {
  return compare(permissionsOf(rights), needsOfController(controller, calls));
}
