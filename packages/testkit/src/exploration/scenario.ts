import type { WorkspaceSettings } from '@kaito/workspace-controller';

import type { CloudBehaviour } from '../cloud/behaviour.ts';
import type { ClusterBehaviour } from '../cluster/behaviour.ts';
import type { KarpenterBehaviour } from '../karpenter/karpenter-behaviour.ts';
import type { People } from './people.ts';
import type { View } from './view.ts';

/** Something that somebody does, once the world is so; steps follow one another. */
export interface Step {
  /** What it is, in a story. */
  readonly what: string;
  readonly when: (view: View) => boolean;
  /** How long he takes to act, once it is so; absent: at once, nearly. */
  readonly afterMs?: number;
  readonly act: (people: People, view: View) => void;
}

/** What happens without any fault, and what is so in the end whatever goes wrong on the way. */
export interface Scenario {
  readonly name: string;
  readonly cloud?: Partial<CloudBehaviour>;
  readonly cluster?: Partial<ClusterBehaviour>;
  /** It stands where gpu-provisioner does, since both would serve claims with Kaito's labels. */
  readonly karpenter?: Partial<KarpenterBehaviour>;
  /** How Workspaces come by nodes; absent: by Machines. */
  readonly nodes?: WorkspaceSettings['nodes'];
  readonly steps: readonly Step[];
  readonly goal: (view: View) => boolean;
}
