export interface KarpenterBehaviour {
  /** From the claim to its machine. */
  readonly launchMs: number;
  /** Whether machines can be had; without, a claim goes as soon as it was tried (provisioner.md 1.4, 6). */
  readonly hasCapacity: boolean;
}
