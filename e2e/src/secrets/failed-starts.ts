import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import { createCertificateAuthority } from '@kaito/local-cloud';

import { keyKubeconfig } from './key-kubeconfig.ts';
import { keySecret, plantedSecret } from './secret.ts';
import type { Secret } from './secret.ts';
import type { Evidence } from './secret-finder.ts';

const REPOSITORY = path.join(import.meta.dirname, '../../..');

interface FailedStart {
  readonly program: 'workspace-controller' | 'gpu-provisioner' | 'inference-server';
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** What a program says that was started with a secret in the wrong place, or with a broken one. */
export interface FailedStarts {
  readonly secrets: readonly Secret[];
  readonly evidence: readonly Evidence[];
  /** Exit codes, absent where a program went on trying; none of these starts can succeed. */
  readonly codes: readonly (number | undefined)[];
}

export async function failedStarts(): Promise<FailedStarts> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kaito-failed-starts-'));
  try {
    const secret = plantedSecret('a secret in the wrong place');
    const broken = await brokenKubeconfigs(folder);
    const starts = [...misplaced(secret.text), ...broken.starts];
    const results = await Promise.all(starts.map(outcomeOf));
    const evidence = results.map(({ output }, index) => ({
      source: `output of ${JSON.stringify(starts[index]?.program)} ${index}`,
      text: output,
    }));
    return { secrets: [secret, ...broken.secrets], evidence, codes: results.map(({ code }) => code) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where people put passwords that do not belong there. */
function misplaced(secret: string): readonly FailedStart[] {
  const url = `https://someone:${secret}@registry.example`;
  return [
    { program: 'workspace-controller', args: [secret] },
    { program: 'workspace-controller', args: [`--token=${secret}`] },
    { program: 'workspace-controller', environment: { HF_ENDPOINT: url, LOG_LEVEL: secret, WORKERS: secret } },
    { program: 'workspace-controller', args: [`--feature-gates=vLLM=${secret}`] },
    { program: 'gpu-provisioner', args: ['--client-secret', secret] },
    {
      program: 'gpu-provisioner',
      environment: { ARM_ENDPOINT: url, ARM_AUDIENCE: url, AZURE_AUTHORITY_HOST: url, TIME_SCALE: secret },
    },
    { program: 'inference-server', args: [secret] },
    { program: 'inference-server', args: ['--model', url, '--hf-endpoint', url, '--port', secret] },
  ];
}

async function brokenKubeconfigs(
  folder: string,
): Promise<{ readonly starts: readonly FailedStart[]; readonly secrets: readonly Secret[] }> {
  const authority = createCertificateAuthority();
  const client = { commonName: 'someone', usages: ['client'] } as const;
  const { certPem } = authority.issue(client);
  const { keyPem } = authority.issue(client); // not the certificate's
  const token = plantedSecret('the token in a broken kubeconfig');
  const encodedKey = Buffer.from(keyPem).toString('base64');
  const files = {
    'another-key.json': keyKubeconfig('https://127.0.0.1:1', authority.caPem, { certPem, keyPem }),
    'no-key.json': keyKubeconfig('https://127.0.0.1:1', authority.caPem, { certPem, keyPem: token.text }),
    'broken.yaml': `users:\n- user: {token: ${token.text}, client-key-data: ${encodedKey}\n- name: x\n`,
    'broken.json': `{"users":[{"user":{"token":"${token.text}" "client-key-data":"${encodedKey}"}}]}`,
  };
  const starts = Object.entries(files).map(async ([name, text]): Promise<FailedStart> => {
    await writeFile(path.join(folder, name), text);
    const free = { HEALTH_PROBE_BIND_ADDRESS: '127.0.0.1:0', METRICS_BIND_ADDRESS: '127.0.0.1:0' };
    return { program: 'workspace-controller', environment: { KUBECONFIG: path.join(folder, name), ...free } };
  });
  return { starts: await Promise.all(starts), secrets: [token, keySecret('a key in a kubeconfig', keyPem)] };
}

interface Outcome {
  /** Absent when it went on and was ended. */
  readonly code: number | undefined;
  readonly output: string;
}

/** A key that does not fit is found out when it is used, and then tried again and again: that program is ended. */
const GOES_ON = '"err"';

async function outcomeOf({ program, args = [], environment = {} }: FailedStart): Promise<Outcome> {
  const main = path.join(REPOSITORY, 'packages', program, 'dist/main.js');
  const env = { LOG_LEVEL: 'debug', ...environment };
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes(GOES_ON)) {
        child.kill('SIGKILL');
      }
    });
  }
  return new Promise((resolve) => {
    child.once('close', (code) => {
      resolve({ code: code ?? undefined, output });
    });
  });
}
