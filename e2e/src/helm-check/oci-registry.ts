import { mkdir, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import path from 'node:path';

import { freePort, ManagedProcess } from '@kaito/local-cloud';

import { ExpectationError } from './expectation.ts';
import { until } from './until.ts';

export interface OciRegistry {
  /** `127.0.0.1:PORT`, plain HTTP. */
  readonly host: string;
  stop(): Promise<void>;
}

/** An OCI registry on loopback; what is pushed lies in `folder`. */
export async function startOciRegistry(program: string, folder: string, signal: AbortSignal): Promise<OciRegistry> {
  const host = `127.0.0.1:${await freePort()}`;
  const file = path.join(folder, 'registry.json');
  const configuration = {
    version: '0.1',
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: path.join(folder, 'content') } },
    http: { addr: host },
  };
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify(configuration)); // JSON is YAML
  const server = new ManagedProcess({
    name: 'registry',
    command: program,
    args: ['serve', file],
    environment: {},
    logFile: path.join(folder, 'registry.log'),
  });
  const look = async (): Promise<true | undefined> => {
    if (server.hasExited) {
      throw new ExpectationError(`the OCI registry ended at its start: ${await server.lastLines(3)}`);
    }
    return (await isServing(host)) ? true : undefined;
  };
  try {
    await until('the OCI registry', look, signal);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    host,
    stop: async () => {
      await server.stop();
    },
  };
}

async function isServing(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    get(`http://${host}/v2/`, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).once('error', () => {
      resolve(false);
    });
  });
}
