/**
 * Brings up the GPU nodes and the inference workload of a Workspace.
 *
 * @packageDocumentation
 */
export { readCatalog } from './core/spec/presets.ts';
export type { Catalog, Preset } from './core/spec/presets.ts';
export type { Settings as WorkspaceSettings } from './core/settings.ts';
export { workspaceProgram } from './program.ts';
export type { Program, ProgramOptions } from './program.ts';
