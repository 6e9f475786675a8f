import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { LocalCloudError } from '../local-cloud-error.ts';

export interface GoCompilation {
  /** What is built, for messages: `the control plane`. */
  readonly what: string;
  /** Of the `go` command; `-v` among them makes its progress known. */
  readonly args: readonly string[];
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How many packages `go -v` names on the way. */
  readonly packages: number;
  readonly onProgress: (compiledShare: number) => void;
}

const KEPT_LINES = 3;

/** Runs the Go compiler; rejects with its last lines, or with what to install. */
export async function goCompile(compilation: GoCompilation, signal: AbortSignal): Promise<void> {
  const { what, args, workingDirectory, environment, packages, onProgress } = compilation;
  const compiler = spawn('go', [...args], {
    cwd: workingDirectory,
    env: { ...environment, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' },
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  });
  let lines: readonly string[] = [];
  let count = 0;
  createInterface({ input: compiler.stderr }).on('line', (line) => {
    lines = [...lines, line].slice(-KEPT_LINES);
    count += 1;
    onProgress(Math.min(1, count / packages));
  });
  await new Promise<void>((resolve, reject) => {
    compiler.once('error', (error) => {
      reject(isMissingFile(error) ? goMissing(what) : error);
    });
    compiler.once('close', (code) => {
      if (code === 0) {
        resolve();
      } else {
        reject(new LocalCloudError(`building ${what} failed: ${lines.join(' / ')}`));
      }
    });
  });
}

function isMissingFile(error: Error): boolean {
  return 'code' in error && error.code === 'ENOENT';
}

function goMissing(what: string): LocalCloudError {
  return new LocalCloudError(`Go is not installed: ${what} is built with Go 1.26 or later, see https://go.dev/dl`);
}
