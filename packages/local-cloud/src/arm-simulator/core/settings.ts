import * as z from 'zod';

const seconds = (fallback: number, meaning: string) => z.number().min(0).default(fallback).describe(meaning);
const limits = z.record(z.string(), z.int().min(0)).default({});

/** How the simulated cloud behaves. All durations are those of the real cloud; `scale` makes them shorter. */
export const settingsSchema = z.strictObject({
  scale: z.number().positive().max(100).default(0.1).describe('one second of the cloud takes this many seconds'),

  acceptSeconds: seconds(2, 'from the arrival of a PUT or DELETE to its answer'),
  vmAllocateSeconds: seconds(10, 'from PUT to the VM in its scale set'),
  vmBootSeconds: seconds(80, 'from PUT to the running VM, whose kubelet then registers the Node'),
  nodeReadySeconds: seconds(20, 'from the running VM to the Node being Ready'),
  poolSucceededAfterReadySeconds: seconds(40, 'from the Node being Ready to the pool being Succeeded'),
  updateSeconds: seconds(30, 'update of labels, taints or tags'),
  deleteSeconds: seconds(120, 'from DELETE to the pool being gone; its VMs go after 70 % of it'),
  deleteMachinesSeconds: seconds(60, 'deleteMachines'),
  abortSeconds: seconds(3, 'abort'),
  allocationFailSeconds: seconds(30, 'from PUT to the failure of an operation that finds no capacity'),
  operationRetentionSeconds: seconds(86_400, 'how long an operation that ended can be asked for'),
  listLagSeconds: seconds(0, 'listings show the pools as they were so long ago'),

  retryAfterSeconds: z.int().min(1).max(300).nullable().default(null).describe('Retry-After as it is; null: none'),
  tokenLifetimeSeconds: z.int().min(1).default(86_399).describe('of access tokens, not scaled'),
  pageSize: z.int().min(0).default(0).describe('entries per page of a list; 0: all on one'),

  concurrency: z
    .enum(['parallel', 'serial', 'override'])
    .default('parallel')
    .describe('serial: 409 while another pool changes; override: a PUT cancels the creation of other pools'),
  deleteDuringOperation: z.enum(['accept', 'conflict']).default('accept'),
  abortWhenOver: z.enum(['conflict', 'noContent']).default('conflict'),
  etagMismatch: z.enum(['PreconditionFailed', 'EtagMismatch']).default('PreconditionFailed'),
  identicalPut: z.enum(['instant', 'operation']).default('instant'),
  isThrottled: z.boolean().default(true).describe('the token buckets of AKS and ARM; they refill in scaled time'),
  hasGpuLabel: z.boolean().default(false).describe('AKS puts the legacy label accelerator=nvidia on GPU nodes'),

  unavailableSizes: z.array(z.string()).default([]).describe('not allowed in the subscription'),
  unavailableZones: z.record(z.string(), z.array(z.string())).default({}).describe('size → zones it is not offered in'),
  zones: z.array(z.string()).default(['1', '2', '3']),
  quotas: limits.describe('family, "cores" or "lowPriorityCores" → vCPUs'),
  quotaProblem: z.enum(['put', 'operation']).default('put').describe('who tells that a quota does not suffice'),
  capacity: limits.describe('size or size/zone → VMs that there are'),
  capacityProblem: z.enum(['put', 'operation']).default('operation').describe('who tells that capacity is out'),
});

export type Settings = z.output<typeof settingsSchema>;

/** What may be given to change some of them. */
export type SettingsPatch = z.input<typeof settingsSchema>;

/** Real milliseconds that a span of the cloud's time takes. */
export function scaledMs(settings: Settings, cloudSeconds: number): number {
  return Math.round(cloudSeconds * 1000 * settings.scale);
}
