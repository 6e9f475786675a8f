import type { ResourceType } from '@kaito/controller-runtime';
import { serviceUrl } from '@kaito/local-cloud';
import { workspaces } from '@kaito/types';
import type { Condition } from '@kaito/types';

import { until } from '../life.ts';
import { evidenceOf, pageText } from './evidence.ts';
import { httpText } from './http-text.ts';
import type { HttpTextOptions } from './http-text.ts';
import type { RecordingFront, Trouble } from './recording-front.ts';
import type { Evidence } from './secret-finder.ts';
import { plantedSecret } from './secret.ts';
import type { Secret } from './secret.ts';
import type { SecretWorld } from './secret-world.ts';

const TROUBLES: readonly Trouble[] = [401, 403, 500, 'hang-up'];
/** So often each trouble is met before the next one comes. */
const TIMES = 2;

const NAMESPACE = 'default';
const fieldManager = 'kaito-e2e';
const secretType: ResourceType = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret', isNamespaced: true };

export interface Story {
  readonly evidence: readonly Evidence[];
  /** Of users, who show them to the server and write them into manifests. */
  readonly secrets: readonly Secret[];
  /** What the Workspaces said that met trouble, so that one sees that they did. */
  readonly told: Readonly<Record<string, string>>;
}

/** A life that goes well, then every server refuses in turn and quotes the request it refuses. */
export async function tellStory(world: SecretWorld, signal: AbortSignal): Promise<Story> {
  const { cluster, fronts } = world;
  const stage = async (name: string): Promise<readonly Evidence[]> => evidenceOf(cluster, name, signal);
  const inManifest = plantedSecret('a password in the manifest of a Workspace');
  const ofClient = plantedSecret('the key of a client', 'sk-');
  await createHubSecret(world, signal);
  await until(async () => fronts.arm.troubled >= TIMES, signal);
  await until(async () => (await readiness(world, signal)).includes('refused with'), signal);
  const tokenRefused = await stage('the authority refuses');
  fronts.arm.make(undefined);

  await createWorkspace(world, 'open', { template: chattyTemplate(world) }, signal);
  await conditionOf(world, 'open', ({ type, status }) => type === 'WorkspaceReady' && status === 'True', signal);
  const answers = await ask(
    await serviceUrl(cluster.wiring, { name: 'open', namespace: NAMESPACE, port: 80 }),
    ofClient,
    signal,
  );
  const well = await stage('all is well');

  fronts.hub.make(401);
  await createWorkspace(world, 'gated', gatedPreset, signal);
  const gated = await conditionOf(world, 'gated', isAbout('InferenceReady', 'exit code'), signal);

  fronts.arm.make(401);
  await createWorkspace(world, 'denied', gatedPreset, signal);
  const denied = await conditionOf(world, 'denied', isAbout('WorkspaceReady', 'Azure'), signal);
  const refused = await stage('hub and ARM refuse');
  await meetTroubles([fronts.arm], signal);

  await createWorkspace(world, 'wrong', imageWith(inManifest), signal);
  const wrong = await conditionOf(world, 'wrong', isAbout('WorkspaceReady', 'image'), signal);
  await meetTroubles(fronts.apiServers, signal);
  const afterwards = await stage('after all troubles');
  return {
    evidence: [
      ...tokenRefused,
      ...answers,
      ...well,
      ...refused,
      ...afterwards.filter(({ source }) => !source.includes('Workspace wrong')),
    ],
    secrets: [inManifest, ofClient],
    told: { gated, denied, wrong },
  };
}

/** What the provisioner says of itself: a moment after the answer came that it says it of. */
async function readiness({ cluster }: SecretWorld, signal: AbortSignal): Promise<string> {
  const { health } = cluster.wiring.controllerPorts['gpu-provisioner'];
  return pageText(`http://127.0.0.1:${health}/readyz`, signal);
}

async function meetTroubles(fronts: readonly RecordingFront[], signal: AbortSignal): Promise<void> {
  for (const trouble of TROUBLES) {
    fronts.forEach((front) => {
      front.make(trouble);
    });
    await until(async () => fronts.every(({ troubled }) => troubled >= TIMES), signal);
  }
  fronts.forEach((front) => {
    front.make(undefined);
  });
}

const gatedPreset = { preset: { name: 'phi-3-mini-4k-instruct', presetOptions: { modelAccessSecret: 'hub-token' } } };

/** Our own server, saying all that it can, with the token in its environment. */
function chattyTemplate({ hubUrl }: SecretWorld): object {
  const file = 'microsoft/Phi-3-mini-4k-instruct-gguf/Phi-3-mini-4k-instruct-q4.gguf';
  const env = [
    { name: 'LOG_LEVEL', value: 'debug' },
    { name: 'HF_ENDPOINT', value: hubUrl },
    { name: 'HF_TOKEN', valueFrom: { secretKeyRef: { name: 'hub-token', key: 'HF_TOKEN' } } },
  ];
  const container = {
    name: 'server',
    image: 'kaito.local/inference-server:0.1.0-llamacpp',
    args: ['--model', `hf:${file}@main`],
    env,
    readinessProbe: { httpGet: { path: '/health', port: 5000 }, periodSeconds: 1 },
    volumeMounts: [{ name: 'weights', mountPath: '/workspace/weights' }],
  };
  return { spec: { containers: [container], volumes: [{ name: 'weights', emptyDir: {} }] } };
}

function imageWith({ text }: Secret): object {
  const presetOptions = { image: `https://someone:${text}@registry.example/llama-2-7b:1` };
  return { preset: { name: 'llama-2-7b', accessMode: 'private', presetOptions } };
}

async function createHubSecret({ cluster, hubToken }: SecretWorld, signal: AbortSignal): Promise<void> {
  const metadata = { name: 'hub-token', namespace: NAMESPACE };
  const data = { HF_TOKEN: Buffer.from(hubToken.text).toString('base64') };
  const manifest = { apiVersion: 'v1', kind: 'Secret', metadata, data };
  await cluster.kubernetes.create({ type: secretType, manifest, fieldManager }, signal);
}

async function createWorkspace(
  { cluster }: SecretWorld,
  name: string,
  inference: object,
  signal: AbortSignal,
): Promise<void> {
  const resource = { instanceType: 'Standard_NC6s_v3', labelSelector: { matchLabels: { apps: name } } };
  const metadata = { name, namespace: NAMESPACE };
  const manifest = { apiVersion: 'kaito.sh/v1beta1', kind: 'Workspace', metadata, resource, inference };
  await cluster.kubernetes.create({ type: workspaces, manifest, fieldManager }, signal);
}

function isAbout(wanted: string, word: string): (condition: Condition) => boolean {
  return ({ type, status, message }) => type === wanted && status === 'False' && message.includes(word);
}

/** The message of the first condition that is so. */
async function conditionOf(
  { cluster }: SecretWorld,
  name: string,
  isSo: (condition: Condition) => boolean,
  signal: AbortSignal,
): Promise<string> {
  let found: Condition | undefined;
  await until(async () => {
    const object = await cluster.kubernetes.get({ type: workspaces, key: { name, namespace: NAMESPACE } }, signal);
    found = workspaces.schema.safeParse(object).data?.status?.conditions?.find(isSo);
    return found !== undefined;
  }, signal);
  return found?.message ?? '';
}

/** As clients do that were told to send a key; the answers are what they get back. */
async function ask(url: string, { text: key }: Secret, signal: AbortSignal): Promise<readonly Evidence[]> {
  const headers = { authorization: `Bearer ${key}`, 'api-key': key, cookie: `session=${key}` };
  const json = { ...headers, 'content-type': 'application/json' };
  const body = JSON.stringify({ prompt: 'a', generate_kwargs: { max_new_tokens: 2 } });
  const requests: readonly (readonly [string, HttpTextOptions])[] = [
    [`/chat?api_key=${key}`, { method: 'POST', headers: json, body }],
    ['/chat', { method: 'POST', headers: json, body: `{"prompt": ` }],
    [`/v1/chat/completions?key=${key}`, { method: 'POST', headers: json, body: '{}' }],
    [`/nowhere?token=${key}`, { headers }],
    ['/v1/models', { headers }],
    ['/metrics', { headers }],
    [`/health?token=${key}`, { headers }],
  ];
  const found: Evidence[] = [];
  for (const [path, options] of requests) {
    const text = await httpText(url + path, options, signal);
    found.push({ source: `answer to ${path.split('?', 1)[0] ?? ''}`, text });
  }
  return found;
}
