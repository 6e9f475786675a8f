import { offeringSettings } from '../src/core/offerings/offering-settings.ts';
import type { Settings } from '../src/core/settings.ts';

/** The defaults of the program, for a cluster of the tests. */
export const settings: Settings = {
  clusterId: 'cluster-1',
  location: 'eastus',
  dueLookMs: 2_000,
  creatingLookMs: 30_000,
  idleLookMs: 300_000,
  expectedDeletionMs: 20_000,
  proofMaxAgeMs: 30_000,
  createSettleMs: 10_000,
  orphanGraceMs: 30_000,
  collectLegacy: false,
  maxVanishingShare: 0.5,
  vanishingConfirmMs: 900_000,
  slowDeletionMs: 900_000,
  nodeReturnMs: 300_000,
  registrationTimeoutMs: 900_000,
  launchTimeoutMs: 300_000,
  launchCeilingMs: 1_800_000,
  retryBaseMs: 1_000,
  retryMaxMs: 60_000,
  slowRetryMs: 600_000,
  maxCreatesPerHour: 12,
  stuckPodMs: 60_000,
  isNodeRepairOn: true,
  nodeUnhealthyMs: 600_000,
  maxUnhealthyShare: 0.2,
  gpuAdvertisedMs: 600_000,
  offerings: offeringSettings(1),
};
