import { parseArgs } from 'node:util';

/** One setting of a program, given by a flag or by the environment. */
export interface CommandOption {
  readonly name: string;
  /** Read when the flag is absent, the first that is set. */
  readonly variables: readonly string[];
  readonly help: string;
}

export interface CommandLine {
  readonly options: readonly CommandOption[];
  /** Flags that may stand without a value, beside `--help` and `--version`. */
  readonly switches: readonly string[];
  /** Further flags that are read and have no variable and no line in the help. */
  readonly otherFlags?: readonly string[];
}

export type GivenOptions =
  | { readonly kind: 'given'; readonly values: Readonly<Record<string, string | undefined>> }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

type Environment = Readonly<Record<string, string | undefined>>;

/** An option whose variable is its name in capitals, unless others are given. */
export function commandOption(
  name: string,
  help: string,
  variables: readonly string[] = [name.toUpperCase().replaceAll('-', '_')],
): CommandOption {
  return { name, variables, help };
}

/** What flags and environment say, flags first; nothing is checked but the flags' names. */
export function givenOptions(
  commandLine: CommandLine,
  args: readonly string[],
  environment: Environment,
): GivenOptions {
  const { options, otherFlags = [] } = commandLine;
  const names = [...options.map(({ name }) => name), ...otherFlags, 'help', 'version'];
  try {
    const { values } = parseArgs({
      args: args.map((argument) => switchedOn(argument, commandLine.switches)),
      options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
    });
    if (values['help'] !== undefined || values['version'] !== undefined) {
      return { kind: values['help'] === undefined ? 'version' : 'help' };
    }
    return { kind: 'given', values: { ...fromEnvironment(options, environment), ...values } };
  } catch (error) {
    return { kind: 'invalid', problems: [flagProblem(error)] };
  }
}

/**
 * What Node's `parseArgs` found wrong with the command line, without the arguments themselves: one of them may be a
 * password in the wrong place.
 */
export function flagProblem(error: unknown): string {
  const [sentence = ''] = messageOf(error).split(/\. |\n/u);
  const isStray = sentence.startsWith('Unexpected argument');
  return isStray ? 'only flags are taken, and one argument is none' : sentence;
}

/** By shape: tests run in a realm of their own. */
function messageOf(error: unknown): string {
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error;
  return hasMessage && typeof error.message === 'string' ? error.message : String(error);
}

/** A wrong value, by all names under which it can be set. */
export function optionProblem(
  options: readonly CommandOption[],
  { path, message }: { readonly path: readonly PropertyKey[]; readonly message: string },
): string {
  const name = path.join('.');
  const variables = options.find((option) => option.name === name)?.variables ?? [];
  return `${variables.join(' or ')} (--${name}): ${message}`;
}

/** One line of help for each option. */
export function optionLines(options: readonly CommandOption[]): string {
  const width = Math.max(...options.map(({ name }) => name.length));
  return options
    .map(({ name, variables, help }) => `  --${name.padEnd(width)}  ${help} [${variables.join(', ')}]`)
    .join('\n');
}

/** As in Go, a switch may stand alone or be given a value: `--leader-elect`, `--leader-elect=false`. */
function switchedOn(argument: string, switches: readonly string[]): string {
  const name = argument === '-h' ? 'help' : argument.replace(/^--/u, '');
  const isSwitch = ['help', 'version', ...switches].includes(name) && argument.startsWith('-');
  return isSwitch ? `--${name}=true` : argument;
}

function fromEnvironment(options: readonly CommandOption[], environment: Environment): Record<string, string> {
  return Object.fromEntries(
    options.flatMap(({ name, variables }) => {
      const value = variables
        .map((variable) => environment[variable])
        .find((text) => text !== undefined && text !== '');
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
