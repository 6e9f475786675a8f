import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

import { systemClock } from '@kaito/controller-runtime';
import { kubernetesOverHttp, loadClusterAccess } from '@kaito/kube';
import { pinoLogger, shutdownSignal } from '@kaito/operations';
import * as z from 'zod';

import { createCertificateAuthority } from '../tls/certificate-authority.ts';
import { readConfig, USAGE } from './config.ts';
import type { AgentConfig } from './config.ts';
import type { ImageProgram } from './core/image.ts';
import { KNOWN_IMAGES, parseImageTable } from './image-table.ts';
import { startNodeAgent } from './start-node-agent.ts';
import type { NodeAgentOptions } from './start-node-agent.ts';

const REPOSITORY = path.join(import.meta.dirname, '../../../..');
const NOTICE = 'Node agent: a development tool. Pods run as ordinary processes of this machine, without isolation.\n';

async function main(): Promise<void> {
  const config = readConfig(process.argv.slice(2), process.env, REPOSITORY);
  if (config === undefined) {
    process.stdout.write(USAGE);
    return;
  }
  process.stdout.write(NOTICE);
  const signal = shutdownSignal();
  const access = await loadClusterAccess({ KUBECONFIG: config.kubeconfig });
  const kubernetes = kubernetesOverHttp(access, { userAgent: 'kaito-node-agent' });
  const server = new URL(access.server);
  const options: NodeAgentOptions = {
    kubernetes,
    apiServer: { host: server.hostname, port: Number(server.port === '' ? 443 : server.port) },
    clock: systemClock,
    logger: pinoLogger({ level: config['log-level'], name: 'node-agent' }),
    random: Math.random,
    simulator: { endpoint: config.simulator, caPem: await content(config['simulator-ca']) },
    directory: path.resolve(config.directory),
    podCidr: config['pod-cidr'],
    images: await imagesOf(config),
    programDirectory: path.resolve(config['program-directory']),
    variables: Object.fromEntries(config.env.map(nameAndValue)),
    kubelet: await kubeletOf(config),
    serviceAddressesFile: config['service-addresses-file'],
    timeScale: config.scale * config['time-scale'],
    mountMode: config.mounts === 'auto' ? undefined : config.mounts,
    gpuSource: config.gpus,
    isReRegistered: config['re-register'],
    adoptedNodes: config['adopted-nodes'],
  };
  const agent = await startNodeAgent(options, signal).catch((error: unknown) => {
    if (signal.aborted) {
      return undefined; // stopped before it was up
    }
    throw error;
  });
  if (agent === undefined) {
    return;
  }
  process.stdout.write(
    `Node agent ready: kubelet endpoint https://${config['kubelet-address']}:${agent.kubeletPort}, mounts by ${agent.mountMode}\n`,
  );
  await ended(signal);
  await agent.stop();
  kubernetes.close();
}

async function ended(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    await once(signal, 'abort');
  }
}

async function content(file: string | undefined): Promise<string | undefined> {
  return file === undefined ? undefined : readFile(file, 'utf8');
}

async function imagesOf(config: AgentConfig): Promise<readonly ImageProgram[]> {
  const table = await content(config.images ?? config['image-table']);
  return [...(table === undefined ? [] : parseImageTable(table)), ...KNOWN_IMAGES];
}

function nameAndValue(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}

async function kubeletOf(config: AgentConfig) {
  const host = config['kubelet-address'];
  const certPem = await content(config['kubelet-cert-file']);
  const keyPem = await content(config['kubelet-key-file']);
  const serving =
    certPem === undefined || keyPem === undefined
      ? createCertificateAuthority().issue({ commonName: 'node-agent', ipAddresses: [host], usages: ['server'] })
      : { certPem, keyPem };
  return { host, port: config['kubelet-port'], ...serving, clientCaPem: await content(config['client-ca-file']) };
}

try {
  await main();
} catch (error) {
  const message =
    error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error);
  process.stderr.write(`Node agent: ${message}\n`);
  process.exitCode = 1;
}
