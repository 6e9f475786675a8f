/**
 * Makes the Nodes that Machines and NodeClaims ask for: one AKS agent pool of one VM for each. `main.ts` is the program.
 *
 * @packageDocumentation
 */
export { readConfig } from './config.ts';
export type { Config, ProvisionerSettings, ReadConfig } from './config.ts';
export { provisionerProgram } from './program.ts';
export type { Program, ProgramOptions } from './program.ts';
export type { Compute, VcpuUsage, VmSku } from './core/offerings/offering.ts';
export type {
  AgentPool,
  AgentPools,
  AgentPoolSpec,
  Answer,
  CloudFailure,
  PoolPhase,
  Quota,
} from './core/pools/cloud.ts';
