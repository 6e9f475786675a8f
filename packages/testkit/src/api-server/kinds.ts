import { customKinds } from '@kaito/types';

import { looseKinds } from '../karpenter/loose-kinds.ts';
import { builtInKinds } from './built-in-kinds.ts';
import { customKind } from './custom-kind.ts';
import type { KindRules } from './kind-rules.ts';

let known: readonly KindRules[] | undefined;

/** Every kind that the model serves; read once per process. */
export function servedKinds(): readonly KindRules[] {
  if (known === undefined) {
    const { kinds, metadata } = builtInKinds();
    known = [...kinds, ...[...customKinds, ...looseKinds].map((kind) => customKind(kind, metadata))];
  }
  return known;
}
