// Runs one of our TypeScript programs on the Node version that the repository pins, after installing what it
// needs. Plain JavaScript without dependencies: a fresh clone starts here, on whatever Node >= 20 it has.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');
const bin = path.join(root, 'node_modules/.bin');
const stamp = path.join(root, 'node_modules/.installed');
const OLDEST_NODE = 20;

await main();

async function main() {
  const [program, ...args] = process.argv.slice(2);
  const [major] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE) {
    fail(`Node ${process.versions.node} is too old: install Node ${OLDEST_NODE} or later`);
  }
  const wanted = dependencyHash();
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    await install();
    writeFileSync(stamp, wanted);
  }
  if (program === undefined) {
    return; // for scripts that call the tools themselves
  }
  const environment = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` };
  process.exitCode = await run(path.join(bin, 'node'), [path.join(root, program), ...args], { env: environment });
}

/** Changes when an installation is due. */
function dependencyHash() {
  const manifests = ['packages', 'tools'].flatMap((folder) =>
    readdirSync(path.join(root, folder)).map((name) => `${folder}/${name}/package.json`),
  );
  const files = [
    'package.json',
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    ...manifests,
    'e2e/package.json',
    'bench/package.json',
  ];
  const hash = createHash('sha256');
  for (const file of files.filter((name) => existsSync(path.join(root, name)))) {
    hash.update(readFileSync(path.join(root, file)));
  }
  return hash.digest('hex');
}

async function install() {
  const { packageManager } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const started = Date.now();
  const output = [];
  const progress = setInterval(() => say(`installing dependencies … ${seconds(started)} s`), 1000);
  const code = await run('npx', ['--yes', packageManager, 'install', '--frozen-lockfile', '--reporter=append-only'], {
    env: { ...process.env, CI: 'true' },
    onOutput: (text) => output.push(text),
  });
  clearInterval(progress);
  if (code !== 0) {
    say('');
    process.stderr.write(output.join('').split('\n').slice(-15).join('\n'));
    fail(
      'installing dependencies failed: the lines above say why; is the npm registry reachable and is there disk space?',
    );
  }
  say(`installed dependencies in ${seconds(started)} s\n`);
}

/** Passes signals on and waits, so that nothing is left behind when the terminal says Ctrl-C. */
function run(command, args, { env, onOutput }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: onOutput === undefined ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    child.stdout?.on('data', (data) => onOutput(String(data)));
    child.stderr?.on('data', (data) => onOutput(String(data)));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(signal, () => {
        // The terminal's Ctrl-C reaches the child by itself; a signal sent to us alone does not.
        if (signal !== 'SIGINT' || !process.stdin.isTTY) {
          child.kill(signal);
        }
      });
    }
    child.once('error', (error) => fail(`${command} cannot be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

function seconds(started) {
  return Math.round((Date.now() - started) / 1000);
}

function say(text) {
  process.stderr.write(process.stderr.isTTY ? `\r\u001B[K${text}` : text.endsWith('\n') ? text : '');
}

function fail(message) {
  process.stderr.write(`\n${message}\n`);
  process.exit(1);
}
