import * as z from 'zod';

/** A virtual machine as the ARM simulator tells of it. */
export const Vm = z.object({
  /** Also the Node's name. */
  name: z.string(),
  providerId: z.string(),
  pool: z.string(),
  vmSize: z.string(),
  state: z.enum(['Booting', 'Running', 'Stopped']),
  createdAt: z.string(),
  labels: z.record(z.string(), z.string()),
  /** `key=value:Effect` */
  taints: z.array(z.string()),
  gpuCount: z.number(),
  cpu: z.number(),
  memoryGiB: z.number(),
  osDiskSizeGiB: z.number(),
  zone: z.string().optional(),
  /** When the simulated machine's kubelet reports Ready; absent: after the agent's own delay. */
  nodeReadyAt: z.string().optional(),
});
export type Vm = z.infer<typeof Vm>;

export const VmEvent = z.object({ type: z.enum(['ADDED', 'MODIFIED', 'DELETED']), vm: Vm });
export type VmEvent = z.infer<typeof VmEvent>;

export const VmList = z.object({ vms: z.array(Vm) });

/** The same name can come back for another machine. */
export function isSameMachine(a: Vm, b: Vm): boolean {
  return a.name === b.name && a.createdAt === b.createdAt;
}
