import type { OfferingSettings } from './offerings/offering-settings.ts';

/** What a person may set about how the provisioner behaves. Spans scale with the cloud it talks to. */
export interface Settings {
  /** The identity of this Kubernetes cluster in the mark of its pools: the uid of the namespace kube-system. */
  readonly clusterId: string;
  /** For sentences that people read. */
  readonly location: string;
  /** How often the pools are looked at: while something is due, while pools are being created, when idle. */
  readonly dueLookMs: number;
  readonly creatingLookMs: number;
  readonly idleLookMs: number;
  /** How long a deletion takes, until one has been seen. */
  readonly expectedDeletionMs: number;
  /** A pool is deleted, and a claim let go, on no older knowledge than this. */
  readonly proofMaxAgeMs: number;
  /** A create that was never answered may still make its pool for this long. */
  readonly createSettleMs: number;
  /** A pool without a claim is left alone for this long, and until it was seen so more than once. */
  readonly orphanGraceMs: number;
  /** Whether pools of the Go gpu-provisioner whose claims are gone are deleted, too. */
  readonly collectLegacy: boolean;
  /** From 0 to 1: when a greater share of pools or claims is missing at once, nothing is collected. */
  readonly maxVanishingShare: number;
  /** From then on it is, all the same. */
  readonly vanishingConfirmMs: number;
  /** A pool's deletion that takes longer is told of in an event. */
  readonly slowDeletionMs: number;
  /** A Node that went while its pool stood still may come back for this long. */
  readonly nodeReturnMs: number;
  /** For the launch, as long as no operation of the cloud is under way for it. */
  readonly launchTimeoutMs: number;
  /** For a Node to join once its pool is ready. */
  readonly registrationTimeoutMs: number;
  /** From the create to the Node, whatever the cloud says meanwhile. */
  readonly launchCeilingMs: number;
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
  /** Between two looks at whether a person has acted. */
  readonly slowRetryMs: number;
  readonly maxCreatesPerHour: number;
  /** A pod that has been terminating for this long past its grace is not waited for. */
  readonly stuckPodMs: number;
  /** Whether claims are given up whose Node is not Ready for too long. */
  readonly isNodeRepairOn: boolean;
  /** How long that is. */
  readonly nodeUnhealthyMs: number;
  /** From 0 to 1: when more than this share of the Nodes, and more than one, are not Ready, no claim goes for it. */
  readonly maxUnhealthyShare: number;
  /** After this long a Ready Node of a GPU size should offer its GPUs. */
  readonly gpuAdvertisedMs: number;
  /** For as long as what is known of the region holds. */
  readonly offerings: OfferingSettings;
}
