import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { once } from 'node:events';

import type { Vm } from '../../src/node-agent/core/vm.ts';

/** The part of the ARM simulator that tells of machines. */
export class Machines {
  readonly #vms = new Map<string, Vm>();
  readonly #watchers = new Set<ServerResponse>();
  readonly #server: Server;
  #port = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      if (request.url?.includes('watch=true') !== true) {
        response.end(JSON.stringify({ vms: [...this.#vms.values()] }));
        return;
      }
      this.#watchers.add(response);
      response.once('close', () => this.#watchers.delete(response));
      response.flushHeaders();
      this.#vms.forEach((vm) => response.write(`${JSON.stringify({ type: 'ADDED', vm })}\n`));
    });
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : 0;
  }

  set(vm: Vm): void {
    const type = this.#vms.has(vm.name) ? 'MODIFIED' : 'ADDED';
    this.#vms.set(vm.name, vm);
    this.#tell({ type, vm });
  }

  delete(name: string): void {
    const vm = this.#vms.get(name);
    if (vm !== undefined) {
      this.#vms.delete(name);
      this.#tell({ type: 'DELETED', vm });
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #tell(event: object): void {
    for (const watcher of this.#watchers) {
      watcher.write(`${JSON.stringify(event)}\n`);
    }
  }
}

export function aVm(overrides: Partial<Vm> = {}): Vm {
  const name = overrides.name ?? 'aks-wspool-12345678-vmss000000';
  return {
    name,
    providerId: `azure:///subscriptions/s/resourceGroups/mc/providers/Microsoft.Compute/virtualMachineScaleSets/${name}/virtualMachines/0`,
    pool: 'wspool',
    vmSize: 'Standard_NC6s_v3',
    state: 'Running',
    createdAt: new Date().toISOString(),
    labels: { agentpool: 'wspool', 'kubernetes.azure.com/agentpool': 'wspool' },
    taints: [],
    gpuCount: 1,
    cpu: 6,
    memoryGiB: 112,
    osDiskSizeGiB: 128,
    ...overrides,
  };
}
