import { readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import * as z from 'zod';
import { startArmSimulator } from './arm-simulator.ts';
import type { ServingCertificate } from './arm-simulator.ts';
import { readConfig, USAGE } from './config.ts';
import type { SimulatorConfig } from './config.ts';

async function main(): Promise<void> {
  const config = readConfig(process.argv.slice(2), process.env);
  if (config.help) {
    process.stdout.write(USAGE);
    return;
  }
  const certificate = await givenCertificate(config);
  const simulator = await startArmSimulator({
    host: config.host,
    port: config.port,
    cluster: clusterOf(config),
    ...(config.scale === undefined ? {} : { scale: config.scale }),
    ...(config.seed === undefined ? {} : { seed: config.seed }),
    ...(config.settings === undefined ? {} : { settings: config.settings }),
    ...(certificate === undefined ? {} : { certificate }),
  });
  if (config['ca-file'] !== undefined && certificate === undefined) {
    await writeFile(config['ca-file'], simulator.caPem);
  }
  process.stdout.write(`ARM simulator ready at ${simulator.endpoint}\n`);
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  await simulator.close();
}

async function givenCertificate(config: SimulatorConfig): Promise<ServingCertificate | undefined> {
  const { 'ca-file': caFile, 'cert-file': certFile, 'key-file': keyFile } = config;
  if (certFile === undefined || keyFile === undefined) {
    return undefined;
  }
  const [certPem, keyPem] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
  return { certPem, keyPem, caPem: caFile === undefined ? certPem : await readFile(caFile, 'utf8') };
}

function clusterOf(config: SimulatorConfig): Readonly<Record<string, string>> {
  const given = {
    subscriptionId: config['subscription-id'],
    resourceGroup: config['resource-group'],
    clusterName: config['cluster-name'],
    location: config.location,
    nodeResourceGroup: config['node-resource-group'],
    kubernetesVersion: config['kubernetes-version'],
  };
  return Object.fromEntries(
    Object.entries(given).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

function textOf(error: unknown): string {
  return Error.isError(error) ? error.message : String(error);
}

try {
  await main();
} catch (error) {
  const message = error instanceof z.ZodError ? z.prettifyError(error) : textOf(error);
  process.stderr.write(`ARM simulator: ${message}\n`);
  process.exitCode = 1;
}
