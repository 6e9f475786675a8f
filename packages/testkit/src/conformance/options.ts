import { parseArgs } from 'node:util';

export interface Options {
  /** Plays only scenarios whose name, or whose model's name, holds this. */
  readonly only: string;
}

export type ReadOptions =
  | { readonly kind: 'options'; readonly options: Options }
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly problem: string };

export const HELP = `Plays every scenario of the simulations' models on the model and on the real thing, and compares.

Usage: npm run conformance -- model [--only TEXT]

  --only TEXT  only scenarios whose name, or whose model's name, holds TEXT

Prints each scenario with ok or DIFFERS (and then what differs, model and real), a count per model, and in the end
the count of all. Exit status: 0 without a difference, 1 with one.

Examples
  npm run conformance -- model
  npm run conformance -- model --only ClusterModel
  npm run conformance -- model --only "a StatefulSet"
`;

export function readOptions(args: readonly string[]): ReadOptions {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      options: { only: { type: 'string', default: '' }, help: { type: 'boolean', short: 'h', default: false } },
      allowPositionals: true,
    });
    if (values.help || args.length === 0) {
      return { kind: 'help' };
    }
    const [what, ...others] = positionals;
    return what === 'model' && others.length === 0
      ? { kind: 'options', options: { only: values.only } }
      : { kind: 'invalid', problem: 'say what to compare: model' };
  } catch (error) {
    return { kind: 'invalid', problem: error instanceof Error ? error.message : String(error) };
  }
}
