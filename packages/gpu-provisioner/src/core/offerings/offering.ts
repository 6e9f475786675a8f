import type { Answer } from '../pools/cloud.ts';

/** A VM size as this subscription may use it in this region (provisioner.md 3.8). */
export interface VmSku {
  /** As Azure spells it. */
  readonly name: string;
  /** The quota that it counts against. */
  readonly family: string;
  readonly vcpus: number;
  readonly gpus: number;
  /** In which it can be asked for, without the restricted ones; empty: the size knows no zones here. */
  readonly zones: readonly string[];
  /** Whether the subscription may use it in the region at all. */
  readonly isOffered: boolean;
  readonly isSpotCapable: boolean;
}

/** A quota and what is used of it. */
export interface VcpuUsage {
  /** A SKU's family, `cores` for all of the region, or `lowPriorityCores` for spot. */
  readonly name: string;
  /** As people read it in the portal. */
  readonly localizedName: string;
  readonly limit: number;
  readonly used: number;
}

/** What the region offers. Needs rights of its own, which an identity may lack: then every answer is `Denied`. */
export interface Compute {
  skus(signal: AbortSignal): Promise<Answer<readonly VmSku[]>>;
  usages(signal: AbortSignal): Promise<Answer<readonly VcpuUsage[]>>;
}
