/**
 * Azure's agent pools, and what a region offers, through its own SDK. Apart from the package's index: loading an SDK costs whoever imports it.
 *
 * @packageDocumentation
 */
export { azureAgentPools } from './agent-pools.ts';
export type { AzureOptions } from './agent-pools.ts';
export { azureCompute } from './compute.ts';
export type { ComputeOptions } from './compute.ts';
export { azureIdentity } from './credential.ts';
