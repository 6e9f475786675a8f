import path from 'node:path';
import { parseArgs } from 'node:util';

import { LocalCloudError } from '../local-cloud-error.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { SCENARIOS } from './scenarios/scenarios.ts';
import { MACHINE, PROVISIONERS } from './provisioners/provisioner.ts';
import type { Provisioner } from './provisioners/provisioner.ts';

export interface StartOptions {
  readonly isHelp: boolean;
  /** End after the answer instead of staying up. */
  readonly isOnce: boolean;
  readonly prompt: string;
  /** A story of trouble to tell instead of the way to an answer. */
  readonly scenario?: Scenario | undefined;
  /** How Workspaces come by their nodes. */
  readonly provisioner: Provisioner;
  /** Manifests to apply; none with `--empty`. */
  readonly manifests: readonly string[];
  /** A GGUF file that stands in for every preset; absent: the small model that npm start fetches. */
  readonly modelFile?: string | undefined;
  readonly apiServerPort?: number | undefined;
  /** How much faster than the defaults simulated machines boot; 1 is the default speed. */
  readonly timeScale: number;
}

export const HELP = `Runs Kaito on this machine: a real Kubernetes control plane, a simulated Azure, both controllers,
and a small real language model that stands in for every preset.

Usage: npm start -- [FLAG...] [MANIFEST...]

Examples
  npm start                                       the phi-3 example to an answer; stays up until Ctrl-C
  npm start -- --once --prompt "What is a river?"  one answer, then everything is taken down
  npm start -- --empty                            a cluster without a Workspace; apply your own with
                                                  npm run kubectl -- apply -f FILE
  npm start -- --once --scenario quota            what users see when the quota does not allow a node
  npm start -- --once --provisioner kwok          nodes by a provisioner that is not ours
  npm start -- my-workspace.yaml                  your own manifest instead of the example
  npm start -- --model ~/models/tiny.gguf         another stand-in model

Flags
  --once            exit 0 after the answer, or non-zero with the reason
  --scenario NAME   with --once: something goes wrong, and you see what kubectl, events and Azure's log show, and
                    what happens next; exit 0 when the story ends as it says here, non-zero with the difference
${scenarioLines()}
  --provisioner NAME  how Workspaces come by their nodes (machine)
${provisionerLines()}
  --prompt TEXT     what to ask ("What is Kubernetes?")
  --empty           apply nothing
  --model FILE      the GGUF file that stands in for every preset
  --api-port PORT   the API server's port (a free one)
  --time-scale N    1: a simulated GPU node is up in about 8 s; 0.1: ten times as fast (1)
  --help            this text

While it runs: npm run kubectl -- get workspace   ·   npm run cloud -- pools   ·   npm run cloud -- log
`;

const DEFAULT_PROMPT = 'What is Kubernetes?';
const DEFAULT_MANIFEST = 'examples/inference/kaito_workspace_phi_3.yaml';

const FLAGS = {
  help: { type: 'boolean', short: 'h' },
  once: { type: 'boolean' },
  empty: { type: 'boolean' },
  prompt: { type: 'string' },
  provisioner: { type: 'string' },
  scenario: { type: 'string' },
  model: { type: 'string' },
  'api-port': { type: 'string' },
  'time-scale': { type: 'string' },
} as const;

/** Reads the command line; relative files are looked up in `workingDirectory`, the example in `repository`. */
export function startOptions(args: readonly string[], workingDirectory: string, repository: string): StartOptions {
  const { values, positionals } = parsed(args);
  const empty = values.empty === true;
  if (empty && positionals.length > 0) {
    throw new LocalCloudError('--empty applies nothing: leave it out, or leave out the manifests');
  }
  const scenario = scenarioIn(values);
  if (scenario?.manifests !== undefined && positionals.length > 0) {
    throw new LocalCloudError(`the story ${scenario.name} has Workspaces of its own: leave the manifests out`);
  }
  const given = positionals.map((file) => path.resolve(workingDirectory, file));
  return {
    isHelp: values.help === true,
    isOnce: values.once === true,
    prompt: values.prompt ?? DEFAULT_PROMPT,
    scenario,
    provisioner: provisionerIn(values.provisioner, scenario),
    manifests: empty || given.length > 0 ? given : ownManifests(scenario).map((file) => path.join(repository, file)),
    modelFile: fileIn(values.model, workingDirectory),
    apiServerPort: numberIn('--api-port', values['api-port'], { min: 1, max: 65_535, isWhole: true }),
    timeScale: numberIn('--time-scale', values['time-scale'], { min: 0.001, max: 100, isWhole: false }) ?? 1,
  };
}

function fileIn(name: string | undefined, workingDirectory: string): string | undefined {
  return name === undefined ? undefined : path.resolve(workingDirectory, name);
}

function ownManifests(scenario: Scenario | undefined): readonly string[] {
  return scenario?.manifests ?? [DEFAULT_MANIFEST];
}

function provisionerIn(name: string | undefined, scenario: Scenario | undefined): Provisioner {
  if (name === undefined) {
    return scenario?.provisioner ?? MACHINE;
  }
  if (scenario !== undefined) {
    throw new LocalCloudError('--scenario comes with a provisioner of its own: leave --provisioner out');
  }
  const provisioner = PROVISIONERS.find((one) => one.name === name);
  if (provisioner === undefined) {
    const names = PROVISIONERS.map((one) => one.name).join(', ');
    throw new LocalCloudError(`--provisioner is ${JSON.stringify(name)}: there are ${names}`);
  }
  return provisioner;
}

interface ScenarioFlags {
  readonly scenario?: string | undefined;
  readonly once?: boolean | undefined;
  readonly empty?: boolean | undefined;
}

function scenarioIn({ empty, once, scenario: name }: ScenarioFlags): Scenario | undefined {
  if (name === undefined) {
    return undefined;
  }
  const scenario = SCENARIOS.find((one) => one.name === name);
  if (scenario === undefined) {
    const names = SCENARIOS.map((one) => one.name).join(', ');
    throw new LocalCloudError(`--scenario is ${JSON.stringify(name)}: there are ${names}`);
  }
  if (once !== true || empty === true) {
    throw new LocalCloudError('--scenario goes with --once, and not with --empty');
  }
  return scenario;
}

function provisionerLines(): string {
  return PROVISIONERS.map(({ about, name }) => `                      ${name.padEnd(18)}  ${about}`).join('\n');
}

function scenarioLines(): string {
  return SCENARIOS.map(({ about, name }) => `                      ${name.padEnd(18)}  ${about}`).join('\n');
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, allowPositionals: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new LocalCloudError(`${reason}: see npm start -- --help`, { cause: error });
  }
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly isWhole: boolean;
}

function numberIn(flag: string, text: string | undefined, { min, max, isWhole }: Range): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max) || (isWhole && !Number.isInteger(value))) {
    throw new LocalCloudError(
      `${flag} is ${JSON.stringify(text)}: give a ${isWhole ? 'whole ' : ''}number from ${min} to ${max}`,
    );
  }
  return value;
}
