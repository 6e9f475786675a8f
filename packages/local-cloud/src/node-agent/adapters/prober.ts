import { execFile } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';

import type { Container, Probe } from '../core/pod.ts';

export interface ProbeTarget {
  readonly probe: Probe;
  readonly container: Container;
  /** Where the pod's program listens. */
  readonly address: string;
  /** Runs a command as the container would. */
  readonly exec: (command: readonly string[]) => {
    readonly argv: readonly string[];
    readonly environment: NodeJS.ProcessEnv;
  };
}

export interface ProbeAnswer {
  readonly success: boolean;
  readonly message: string;
}

const failure = (message: string): ProbeAnswer => ({ success: false, message });
const SUCCESS: ProbeAnswer = { success: true, message: '' };

/** Asks once; never rejects. */
export async function probe(target: ProbeTarget): Promise<ProbeAnswer> {
  try {
    return await ask(target);
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error)); // a port that is none, for example
  }
}

async function ask(target: ProbeTarget): Promise<ProbeAnswer> {
  const { httpGet, tcpSocket, exec } = target.probe;
  const timeoutMs = target.probe.timeoutSeconds * 1000;
  if (httpGet !== undefined) {
    return askHttp(target, httpGet, timeoutMs);
  }
  if (tcpSocket !== undefined) {
    return askTcp(tcpSocket.host ?? target.address, portNumber(tcpSocket.port, target.container), timeoutMs);
  }
  if (exec !== undefined) {
    return askCommand(target.exec(exec.command), timeoutMs);
  }
  return failure('the node agent knows httpGet, tcpSocket and exec probes');
}

/** A name stands for the container port of that name. */
function portNumber(port: number | string, { ports = [] }: Container): number {
  return typeof port === 'number' ? port : (ports.find(({ name }) => name === port)?.containerPort ?? Number(port));
}

const FIRST_ERROR = 400;
const LONGEST_BODY = 10_240;

async function askHttp(
  { address, container }: ProbeTarget,
  { path, port, host, scheme, httpHeaders = [] }: NonNullable<Probe['httpGet']>,
  timeoutMs: number,
): Promise<ProbeAnswer> {
  const isHttps = scheme.toUpperCase() === 'HTTPS';
  const headers = Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value]));
  const options = {
    host: host ?? address,
    port: portNumber(port, container),
    path: path.startsWith('/') ? path : `/${path}`,
    headers: { 'user-agent': 'kube-probe/1.36', accept: '*/*', connection: 'close', ...headers },
    agent: false as const,
    signal: AbortSignal.timeout(timeoutMs),
  };
  return new Promise((resolve) => {
    const request = isHttps ? httpsRequest({ ...options, rejectUnauthorized: false }) : httpRequest(options);
    request.once('error', (error) => {
      resolve(
        failure(`Get "${scheme.toLowerCase()}://${options.host}:${options.port}${options.path}": ${error.message}`),
      );
    });
    request.once('response', (response) => {
      let length = 0;
      const status = response.statusCode ?? 0;
      const answer =
        status >= 200 && status < FIRST_ERROR ? SUCCESS : failure(`HTTP probe failed with statuscode: ${status}`);
      response.on('error', (error) => {
        resolve(failure(error.message));
      });
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > LONGEST_BODY) {
          response.destroy(); // the rest does not matter
        }
      });
      response.once('close', () => {
        resolve(answer);
      });
    });
    request.end();
  });
}

async function askTcp(host: string, port: number, timeoutMs: number): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const answer = (result: ProbeAnswer): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeoutMs, () => {
      answer(failure(`dial tcp ${host}:${port}: i/o timeout`));
    });
    socket.once('connect', () => {
      answer(SUCCESS);
    });
    socket.once('error', (error) => {
      answer(failure(`dial tcp ${host}:${port}: ${error.message}`));
    });
  });
}

async function askCommand(
  { argv: [program = '', ...args], environment }: ReturnType<ProbeTarget['exec']>,
  timeoutMs: number,
): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { timeout: timeoutMs, killSignal: 'SIGKILL', env: environment },
      (error, stdout, stderr) => {
        resolve(error === null ? SUCCESS : failure((stdout + stderr).trim() || error.message));
      },
    );
  });
}
