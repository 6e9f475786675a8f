import type { NodeProvisioning } from './claims/node-source.ts';
import type { Catalog } from './spec/presets.ts';

/** What configuration says, as far as decisions depend on it. */
export interface Settings {
  readonly catalog: Catalog;
  /** How nodes are come by. */
  readonly nodes: NodeProvisioning;
  /** What every node that is asked for with a NodeClaim or NodePool must be besides. */
  readonly nodeWishes?:
    | {
        /** Of gpu-provisioner's nodes where the Workspace does not say: `ubuntu` or `azurelinux`. */
        readonly imageFamily?: string | undefined;
        /** By label: the one value that it must have. */
        readonly requirements?: Readonly<Record<string, string>> | undefined;
      }
    | undefined;
  readonly cloudProvider: 'azure' | 'aws' | 'arc';
  readonly images: {
    /** Whose images run a preset: ours, or those that the Go releases published. */
    readonly source: 'own' | 'kaito';
    /** Where our own images lie. */
    readonly registry: string;
    /** The release whose images run. */
    readonly version: string;
    /** Where the published images lie. */
    readonly presetRegistry: string;
  };
  /** A mirror of Hugging Face that the pods fetch weights from; absent: Hugging Face. */
  readonly hubEndpoint?: string | undefined;
  readonly deadlines: {
    /** After this long a claim that has brought no node is reported as a failure; waiting goes on. */
    readonly claimReadyMs: number;
    /** After this long on ready nodes a pod that no node takes is reported as a failure. */
    readonly schedulingMs: number;
  };
  /** How long to wait before a claim that failed is made again: doubles from `baseMs` up to `maxMs`. */
  readonly claimBackoff: { readonly baseMs: number; readonly maxMs: number };
}
