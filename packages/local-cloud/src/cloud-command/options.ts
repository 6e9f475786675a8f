import { parseArgs } from 'node:util';

import { LocalCloudError } from '../local-cloud-error.ts';

export type CloudOptions =
  | { readonly command: 'help' }
  | { readonly command: 'pools'; readonly isJson: boolean }
  | {
      readonly command: 'log';
      readonly isJson: boolean;
      readonly isFollowing: boolean;
      /** Absent: all of them. */
      readonly last?: number;
    };

export const CLOUD_HELP = `Looks into the simulated Azure of the local cluster that runs in another terminal.

Usage: npm run cloud -- pools|log [FLAG...]

Examples
  npm run cloud -- pools                 the cluster's agent pools: state, nodes, whose they are
  npm run cloud -- pools --json          the same with everything that is known
  npm run cloud -- log                   every request that Azure Resource Manager received
  npm run cloud -- log --last 20         the last twenty of them
  npm run cloud -- log --follow          and each further one, until Ctrl-C
  npm run cloud -- log --json            one JSON object a line, with the request's body and sender

Flags
  --json        for programs
  --follow, -f  (log) stays and prints what comes
  --last N      (log) no more than the last N
  --help        this text
`;

const FLAGS = {
  json: { type: 'boolean' },
  follow: { type: 'boolean', short: 'f' },
  last: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

export function cloudOptions(args: readonly string[]): CloudOptions {
  const { values, positionals } = parsed(args);
  const [command, ...others] = positionals;
  if (values.help === true || command === undefined) {
    return { command: 'help' };
  }
  if ((command !== 'pools' && command !== 'log') || others.length > 0) {
    throw new LocalCloudError(`"${positionals.join(' ')}" is not a command: pools or log; see npm run cloud -- --help`);
  }
  const isJson = values.json === true;
  if (command === 'log') {
    return { command, isJson, isFollowing: values.follow === true, ...last(values.last) };
  }
  if (values.follow === true || values.last !== undefined) {
    throw new LocalCloudError('--follow and --last belong to log; see npm run cloud -- --help');
  }
  return { command, isJson };
}

function last(text: string | undefined): { readonly last?: number } {
  if (text === undefined) {
    return {};
  }
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0) {
    throw new LocalCloudError(`--last takes a whole number, not "${text}"`);
  }
  return { last: count };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, allowPositionals: true });
  } catch (error) {
    const reason = Error.isError(error) ? error.message.split('. ')[0] : String(error);
    throw new LocalCloudError(`${reason}: see npm run cloud -- --help`, { cause: error });
  }
}
