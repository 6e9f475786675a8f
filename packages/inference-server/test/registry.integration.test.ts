import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { startTestRegistry, tcpProxy, TEST_ACCOUNT } from '@kaito/testkit';
import type { TcpProxy, TestRegistry } from '@kaito/testkit';

import { address, killPrograms, post, start } from './program.ts';
import type { Program } from './program.ts';
import { makeTinyModels, STORY } from './tiny-model.ts';
import type { TinyModels } from './tiny-model.ts';

const PACKER = path.join(import.meta.dirname, '../../model-packer/src/main.ts');
const BUILD_MS = 600_000;
const SLOW_MS = 120_000;
const run = promisify(execFile);

let models: TinyModels;
let registry: TestRegistry;
let proxy: TcpProxy;
let reference = '';

/** What `npm run model -- pack` sends, to a registry with an account behind a network path that we spoil. */
beforeAll(async () => {
  models = await makeTinyModels();
  registry = await startTestRegistry({ kind: 'basic' });
  proxy = await tcpProxy({ host: '127.0.0.1', port: registry.port });
  const { username, password } = TEST_ACCOUNT;
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  const auths = { [registry.host]: { auth }, [`127.0.0.1:${proxy.port}`]: { auth } };
  await mkdir(path.join(models.folder, 'docker'));
  await writeFile(path.join(models.folder, 'docker/.dockerconfigjson'), JSON.stringify({ auths }));
  const environment = { PATH: process.env['PATH'], DOCKER_CONFIG: path.join(models.folder, 'docker') };
  const args = ['pack', '--file', models.story, '--to', `${registry.host}/team/story:v1`];
  await run(process.execPath, [PACKER, ...args], { env: environment });
  reference = `oci://127.0.0.1:${proxy.port}/team/story:v1`;
}, BUILD_MS);

afterEach(killPrograms);

afterAll(async () => {
  await proxy.close();
  await registry.stop();
  await models.remove();
});

function serve(model: string): Program {
  const environment = { KAITO_ROOT: models.folder, DOCKER_CONFIG: '/docker' };
  return start(['--model', model, '--threads', '1'], environment);
}

async function begun(file: string, signal: AbortSignal): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if ((found?.size ?? 0) === 0) {
    await delay(5, undefined, { signal });
    await begun(file, signal);
  }
}

test('a packed model is fetched, over a connection that breaks, and served under its digest', async () => {
  proxy.trickle({ bytes: 2 * 1024, everyMs: 20 }); // eight seconds for what is cut as soon as it has begun
  const program = serve(reference);
  await begun(
    path.join(models.folder, 'workspace/weights', `127.0.0.1_${proxy.port}`, 'team/story/v1.gguf.partial'),
    AbortSignal.timeout(SLOW_MS),
  );
  proxy.cut();
  await program.line('trying again');
  proxy.trickle(undefined);
  await program.line('"Ready"');

  const url = await address(program);
  const sha256 = createHash('sha256')
    .update(await readFile(models.story))
    .digest('hex');
  expect(await (await fetch(`${url}/v1/models`)).json()).toMatchObject({
    data: [{ id: 'story', root: reference, meta: { file: 'tiny-f16.gguf', digest: `sha256:${sha256}` } }],
  });
  const messages = [{ role: 'user', content: 'Tell' }];
  const answer = await post(`${url}/v1/chat/completions`, { messages, temperature: 0 });
  expect(await answer.json()).toMatchObject({ choices: [{ message: { content: ` ${STORY}` } }] });
  expect(program.output.join('\n')).not.toMatch(/sesame/u);
  program.child.kill('SIGTERM');
  expect(await program.exitCode).toBe(0);

  await proxy.refuse();
  const again = serve(reference);
  await again.line('Weights are already here');
  await again.line('"Ready"');
  await proxy.accept();
});

test.each([
  ['there is no such tag', 'team/story:v2', /team\/story:v2: .* answered 404/u],
  ['there is no such repository', 'team/none:v1', /team\/none:v1: .* answered 404/u],
])('says that %s', async (_, name, message) => {
  const program = serve(`127.0.0.1:${registry.port}/${name}`);
  expect(await program.exitCode).toBe(1);
  expect(program.output.join('\n')).toMatch(message);
});

test('says where an account for the registry belongs', async () => {
  const program = start(['--model', `oci://${registry.host}/team/story:v1`], { KAITO_ROOT: models.folder });
  expect(await program.exitCode).toBe(1);
  expect(program.output.join('\n')).toContain(
    'no credentials for this registry were given; DOCKER_CONFIG names the folder where a Secret with the account',
  );
});
