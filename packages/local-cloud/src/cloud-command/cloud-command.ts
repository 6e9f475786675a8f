import { logEntrySchema, logHeader, logLine, logSchema } from './log-table.ts';
import type { CloudOptions } from './options.ts';
import { CLOUD_HELP } from './options.ts';
import { poolsSchema, poolsTable } from './pools-table.ts';
import type { SimulatorClient } from './simulator-client.ts';

export interface CloudCommand {
  readonly options: CloudOptions;
  /** Asked for only when it is needed: there may be no cluster. */
  readonly client: () => SimulatorClient;
  readonly write: (text: string) => void;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

export async function runCloudCommand(command: CloudCommand): Promise<void> {
  switch (command.options.command) {
    case 'help': {
      command.write(CLOUD_HELP);
      break;
    }
    case 'pools': {
      await printPools(command, command.options.isJson);
      break;
    }
    case 'log': {
      await printLog(command, command.options);
      break;
    }
  }
}

async function printPools({ client, write, now }: CloudCommand, isJson: boolean): Promise<void> {
  const answer = poolsSchema.parse(await client().json('/simulator/pools'));
  write(isJson ? `${JSON.stringify(answer, undefined, 2)}\n` : poolsTable(answer.pools, now()));
}

async function printLog(
  { client, write, signal }: CloudCommand,
  { isJson, isFollowing, last }: Extract<CloudOptions, { command: 'log' }>,
): Promise<void> {
  const { requests } = logSchema.parse(await client().json('/simulator/log'));
  const print = (entry: (typeof requests)[number]): void => {
    write(isJson ? `${JSON.stringify(entry)}\n` : logLine(entry));
  };
  if (!isJson) {
    write(logHeader());
  }
  for (const entry of last === undefined ? requests : requests.slice(Math.max(0, requests.length - last))) {
    print(entry);
  }
  if (!isFollowing) {
    return;
  }
  const known = requests.at(-1)?.sequence ?? 0;
  for await (const entry of client().lines(`/simulator/log?watch=true&after=${known}`, signal)) {
    print(logEntrySchema.parse(entry));
  }
}
