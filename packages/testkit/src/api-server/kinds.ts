import type { ResourceType } from '@kaito/controller-runtime';
import { customKinds } from '@kaito/types';

import { builtInKinds } from './built-in-kinds.ts';
import type { KindRules } from './kind-rules.ts';

let known: readonly KindRules[] | undefined;

/** Every kind that the model serves; read once per process. */
export function servedKinds(): readonly KindRules[] {
  known ??= [
    ...builtInKinds,
    ...customKinds.map(({ group, version, plural, kind, isNamespaced }) =>
      customKind({ group, version, plural, kind, isNamespaced }),
    ),
  ];
  return known;
}

function customKind(type: ResourceType): KindRules {
  return { type, hasStatus: true, hasGeneration: true, statusKeeps: 'everything else', admitted: (object) => object };
}
