import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';

import { systemClock } from '@kaito/controller-runtime';
import { startArmSimulator } from '@kaito/local-cloud';
import type { ArmSimulator } from '@kaito/local-cloud';
import { controlSimulator } from '@kaito/testkit';
import type { SimulatorControl } from '@kaito/testkit';

import type { ArmOptions } from '../src/adapters/azure/call.ts';
import { azureIdentity } from '../src/adapters/azure/credential.ts';

/** Azure on a loopback port, and what a client of it needs. */
export interface SimulatedArm {
  readonly simulator: ArmSimulator;
  readonly control: SimulatorControl;
  readonly options: ArmOptions;
  /** For what a test keeps; it goes with the simulator. */
  readonly directory: string;
  close(): Promise<void>;
}

/** Its authority is trusted by this process from then on. */
export async function startSimulatedArm(): Promise<SimulatedArm> {
  const simulator = await startArmSimulator({ scale: 0.01 });
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), simulator.caPem]);
  const directory = await mkdtemp(path.join(tmpdir(), 'kaito-azure-'));
  const tokenFile = path.join(directory, 'token');
  await writeFile(tokenFile, 'header.payload.signature');
  return {
    simulator,
    control: controlSimulator(simulator),
    directory,
    options: {
      endpoint: simulator.endpoint,
      scope: 'https://management.azure.com/.default',
      subscriptionId: simulator.cluster.subscriptionId,
      requestTimeoutMs: 5_000,
      clock: systemClock,
      credential: azureIdentity({
        tenantId: '00000000-0000-0000-0000-000000000001',
        clientId: '00000000-0000-0000-0000-000000000002',
        tokenFile,
        authorityHost: simulator.endpoint,
      }),
    },
    close: async () => {
      await simulator.close();
      await rm(directory, { recursive: true });
    },
  };
}
