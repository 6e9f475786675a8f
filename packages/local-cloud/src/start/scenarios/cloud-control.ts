import { request } from 'node:https';

import { logSchema } from '../../cloud-command/log-table.ts';
import type { LogEntry } from '../../cloud-command/log-table.ts';
import { poolsSchema } from '../../cloud-command/pools-table.ts';
import { SimulatorClient } from '../../cloud-command/simulator-client.ts';
import type { SimulatorAddress } from '../../cloud-command/simulator-client.ts';
import type { FaultRequest } from '../../arm-simulator/core/faults.ts';
import type { SettingsPatch } from '../../arm-simulator/core/settings.ts';
import { LocalCloudError } from '../../local-cloud-error.ts';

/** The simulated Azure as a scenario sets it up and looks at it. */
export class CloudControl {
  readonly #address: SimulatorAddress;
  readonly #client: SimulatorClient;

  constructor(address: SimulatorAddress) {
    this.#address = address;
    this.#client = new SimulatorClient(address);
  }

  async settings(patch: SettingsPatch): Promise<void> {
    await this.#send('PATCH', '/simulator/settings', patch);
  }

  async fault(fault: FaultRequest): Promise<void> {
    await this.#send('POST', '/simulator/faults', fault);
  }

  /** The machine is gone, and nobody asked for it. */
  async vanishVm(name: string): Promise<void> {
    await this.#send('DELETE', `/simulator/vms/${name}`);
  }

  /** `az aks stop` and `az aks start`. */
  async switchCluster(state: 'Running' | 'Stopped'): Promise<void> {
    await this.#send('PATCH', '/simulator/cluster', { state });
  }

  /** Every ARM request so far, oldest first. */
  async log(): Promise<readonly LogEntry[]> {
    return logSchema.parse(await this.#client.json('/simulator/log')).requests;
  }

  /** Those that claims asked for, with their states. */
  async pools(): Promise<readonly { readonly name: string; readonly state: string }[]> {
    return poolsSchema
      .parse(await this.#client.json('/simulator/pools'))
      .pools.filter(({ mode }) => mode !== 'System')
      .map(({ name, provisioningState }) => ({ name, state: provisioningState }));
  }

  async #send(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<void> {
    const { caPem, endpoint } = this.#address;
    const { promise, reject, resolve } = Promise.withResolvers<number>();
    const headers = { 'content-type': 'application/json' };
    const sent = request(new URL(path, endpoint), { method, ca: caPem, headers, agent: false }, (response) => {
      response.resume();
      response.once('end', () => {
        resolve(response.statusCode ?? 500);
      });
    });
    sent.once('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    const status = await promise;
    if (status >= 400) {
      throw new LocalCloudError(`the simulated Azure refuses ${method} ${path}: ${status}`);
    }
  }
}
