import type { Provisioner } from '../provisioners/provisioner.ts';
import type { ScenarioStage } from './scenario-stage.ts';

/** One thing that the documentation promises of the story, and whether it came so. */
export interface Promised {
  readonly what: string;
  readonly isSo: boolean;
}

export interface Scenario {
  readonly name: string;
  /** What goes wrong and how it ends, in one line. */
  readonly about: string;
  /** How Workspaces come by their nodes in it; absent: with Machines. */
  readonly provisioner?: Provisioner;
  /** Of the repository; absent: the phi-3 example, or what the user gives. */
  readonly manifests?: readonly string[];
  play(stage: ScenarioStage): Promise<readonly Promised[]>;
}
