import { annotations } from '@kaito/types';
import type { Workspace } from '@kaito/types';

import type { Settings } from '../settings.ts';
import { invalid } from './reading.ts';
import type { Problem } from './reading.ts';

/** A node class that the user has chosen and the configuration does not offer. */
export function classProblems({ metadata }: Workspace, { nodes }: Settings): readonly Problem[] {
  const wanted = metadata.annotations?.[annotations.nodeClassName];
  const choices = nodes.kind === 'nodepool' ? nodes.nodeClass.choices : undefined;
  return wanted === undefined || choices === undefined || choices.includes(wanted)
    ? []
    : [
        invalid(
          `metadata.annotations[${annotations.nodeClassName}]`,
          `"${wanted}" is no class of the configuration: choose one of ${choices.join(', ')}`,
        ),
      ];
}
