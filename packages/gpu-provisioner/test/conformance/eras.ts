import { CLAIM_APIS } from './claims.ts';
import { ProvisionerWorld } from './provisioner-world.ts';
import type { ProvisionerWorldOptions } from './provisioner-world.ts';

/** Each of the options in both eras. */
export function eras(...options: readonly ProvisionerWorldOptions[]): readonly ProvisionerWorldOptions[] {
  return CLAIM_APIS.flatMap((api) => options.map((one) => ({ ...one, api })));
}

/** With claims of these names that are Ready; none: one of the usual name. */
export async function readyWorld(
  options: ProvisionerWorldOptions,
  ...names: readonly string[]
): Promise<ProvisionerWorld> {
  const world = new ProvisionerWorld(options);
  const all = names.length === 0 ? [undefined] : names;
  for (const name of all) {
    world.createClaim(name);
  }
  await world.until(() => all.every((name) => world.isReady(name)));
  return world;
}
