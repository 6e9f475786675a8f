import { readFileSync } from 'node:fs';

import { readConfig } from '@kaito/gpu-provisioner';
import type { ProvisionerSettings } from '@kaito/gpu-provisioner';
import { readCatalog } from '@kaito/workspace-controller';
import type { WorkspaceSettings } from '@kaito/workspace-controller';
import { parse } from 'yaml';

/** A second of the simulated cloud takes this many of the world: what is waited for comes soon, in the same order. */
export const TIME_SCALE = 0.05;

const PRESETS = new URL('../../../workspace-controller/presets.yaml', import.meta.url);

const catalog = readCatalog(parse(readFileSync(PRESETS, 'utf8')));

export function workspaceSettings(timeScale: number): WorkspaceSettings {
  return {
    catalog,
    cloudProvider: 'azure',
    images: { source: 'own', registry: 'kaito.local', version: '0.1.0', presetRegistry: 'mcr.microsoft.com/aks/kaito' },
    nodes: { kind: 'auto' },
    deadlines: { claimReadyMs: 900_000 * timeScale, schedulingMs: 30_000 * timeScale },
    claimBackoff: { baseMs: 120_000 * timeScale, maxMs: 600_000 * timeScale },
  };
}

/** The defaults of the program itself. */
export function provisionerSettings(timeScale: number): ProvisionerSettings {
  const read = readConfig([], {
    ARM_SUBSCRIPTION_ID: '00000000-0000-0000-0000-000000000000',
    ARM_RESOURCE_GROUP: 'kaito',
    AZURE_CLUSTER_NAME: 'kaito',
    LOCATION: 'eastus',
    TIME_SCALE: String(timeScale),
  });
  if (read.kind !== 'config') {
    throw new Error(`the provisioner's own defaults are refused: ${JSON.stringify(read)}`);
  }
  return read.config.settings;
}
