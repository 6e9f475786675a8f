import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { localPaths, ManagedProcess, prepare, Progress, screenOf } from '@kaito/local-cloud';

import { logFiles } from '../src/secrets/evidence.ts';
import { failedStarts } from '../src/secrets/failed-starts.ts';
import { secretsIn } from '../src/secrets/secret-finder.ts';
import { plantedSecret } from '../src/secrets/secret.ts';
import { startSecretWorld } from '../src/secrets/secret-world.ts';
import type { SecretWorld } from '../src/secrets/secret-world.ts';
import { tellStory } from '../src/secrets/story.ts';
import type { Story } from '../src/secrets/story.ts';
import { tinyModel } from '../src/tiny-model.ts';

const TIME_SCALE = 0.02;
const STORY_MS = 240_000;

let folder = '';
let world: SecretWorld;
let story: Story;

/** A replica that has lost its lease ends. */
const expected = (): void => undefined;

describe('the search for secrets', () => {
  const secret = plantedSecret('the secret', 'hf_');
  const { text } = secret;
  const basic = Buffer.from(`someone:${text}:x`).toString('base64');

  it.each([
    ['itself', `authorization: Bearer ${text}`],
    ['its beginning', `${text.slice(0, 30)}…`],
    ['its end', `…${text.slice(-16)}`],
    ['base64', Buffer.from(`${text}\n`).toString('base64')],
    ['base64 of what stands around it', basic],
    ['base64 in lines', Buffer.from(`token: ${text}, and more of it`).toString('base64').replaceAll(/.{64}/gu, '$&\n')],
    ['base64 for URLs', Buffer.from(`{"a":"${text}"}`).toString('base64url')],
  ])('finds %s', (_, found) => {
    const line = JSON.stringify({ level: 'info', msg: found });
    expect(secretsIn([{ source: 'a log', text: line }], [secret])).toEqual([
      expect.stringMatching(/^a log holds the secret after: /u),
    ]);
  });

  it('finds nothing where nothing is', () => {
    const other = plantedSecret('another', 'hf_');
    const lines = [{ source: 'a log', text: `hf_ ${other.text} ${Buffer.from(other.text).toString('base64')}` }];
    expect(secretsIn(lines, [secret])).toEqual([]);
  });
});

describe('what can be read by others', () => {
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kaito-secrets-'));
    const signal = AbortSignal.timeout(STORY_MS);
    const paths = { ...localPaths(process.env), state: path.join(folder, 'state') };
    const progress = new Progress(screenOf(process.stdout));
    const model = await tinyModel(paths.repository, folder);
    const { binaries, modelFile } = await prepare(paths, model, progress, signal);
    world = await startSecretWorld({ paths, binaries, modelFile, timeScale: TIME_SCALE, onRestart: expected }, signal);
    story = await tellStory(world, signal);
  });

  afterAll(async () => {
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('holds no secret that a program was started with in the wrong place', async () => {
    const { codes, evidence, secrets } = await failedStarts();
    expect(codes).not.toContain(0);
    expect(evidence.filter(({ text }) => text.trim() === '')).toEqual([]);
    expect(secretsIn(evidence, secrets)).toEqual([]);
  });

  it('holds no secret after a life and every refusal', async () => {
    const secrets = [...world.secrets(), ...story.secrets];
    const evidence = [...story.evidence, ...(await logFiles(world.cluster.wiring.paths.state))];
    expect(secretsIn(evidence, secrets)).toEqual([]);
  });

  it('has been searched where the secrets were', async () => {
    const sources = story.evidence.map(({ source }) => source).join('\n');
    for (const part of [
      'log/workspace-controller.log',
      'log/gpu-provisioner.log',
      'log/second-replica.log',
      'log/node-agent.log',
      'control-plane/log/kube-apiserver.log',
      'Workspace denied',
      'Event denied',
      'Machine ',
      'command line',
      '/metrics',
    ]) {
      expect(sources).toContain(part);
    }
    expect(sources).toMatch(/all is well: nodes\/.*\blog/u);
    const labels = new Set(world.secrets().map(({ label }) => label));
    expect([...labels].toSorted()).toEqual([
      'AZURE_CLIENT_SECRET',
      'a client assertion',
      'a token sent to ARM',
      'a token sent to the API server',
      'a token sent to the hub',
      'the client key of the second replica',
      'the federated token',
      'the token of the hub',
      'the token of the service account gpu-provisioner',
      'the token of the service account workspace-controller',
    ]);
  });

  it('says what was refused all the same', () => {
    expect(story.evidence.find(({ source }) => source === 'answer to /chat')?.text).toContain('"Result"');
    expect(story.told).toEqual({
      gated: expect.stringContaining('ended with exit code 1'),
      denied: expect.stringContaining('Azure does not allow it'),
      wrong: expect.stringContaining('[Redacted]@registry.example'),
    });
    const page = story.evidence.find(({ source }) => source === 'the authority refuses: gpu-provisioner /readyz');
    expect(page?.text).toMatch(/AADSTS700211: refused with 401: .*\[Redacted\]/u);
    const logs = story.evidence.filter(({ source }) => source.includes('log/gpu-provisioner.log'));
    expect(logs.at(-1)?.text).toContain('refused with 401: authorization: Bearer [Redacted]');
  });

  it('is searched so that a line with a secret is found', async () => {
    const [secret] = world.secrets();
    const { state } = world.cluster.wiring.paths;
    const program = path.join(folder, 'careless.mjs');
    await writeFile(program, 'console.log(JSON.stringify({ msg: "Asking", headers: process.env }));\n');
    const careless = new ManagedProcess({
      name: 'careless',
      command: process.execPath,
      args: [program],
      environment: { AUTHORIZATION: `Bearer ${secret?.text ?? ''}` },
      logFile: path.join(state, 'log/careless.log'),
    });
    await careless.exited;
    const found = secretsIn(await logFiles(state), world.secrets());
    await rm(careless.logFile);
    expect(found[0]).toMatch(
      /^log\/careless\.log holds the token of the service account workspace-controller after: /u,
    );
    expect(found.every((line) => line.startsWith('log/careless.log'))).toBe(true);
  });
});
