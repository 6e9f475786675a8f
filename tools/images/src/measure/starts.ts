import { check } from '../checks.ts';
import type { Check } from '../checks.ts';
import { runImage } from '../container/run-image.ts';
import type { RunnableImage } from '../container/run-image.ts';
import type { Container } from '../container/container.ts';
import { readyAfterMs } from './ready.ts';
import type { Surroundings } from './surroundings.ts';

export interface Start {
  readonly readyMs: number;
  readonly residentKiB: number;
  readonly anonymousKiB: number;
}

export interface Starts {
  readonly starts: readonly Start[];
  readonly checks: readonly Check[];
}

/** Starts the program again and again, and ends it each time as the kubelet does. */
export async function measureStarts(
  image: RunnableImage,
  surroundings: Surroundings,
  runs: number,
  signal: AbortSignal,
): Promise<Starts> {
  const starts: Start[] = [];
  const notReady: string[] = [];
  const badEnds: string[] = [];
  const unanswered: string[] = [];
  for (let run = 0; run < runs; run += 1) {
    const { run: options, readyUrl } = await surroundings.program(image.image);
    const container = await runImage(image, options);
    const readyMs = await readyAfterMs(container, readyUrl, signal);
    if (readyMs === undefined) {
      notReady.push(lastLine(container));
    } else {
      starts.push({ readyMs, ...(await container.memory()) });
      if (image.image.name === 'inference-server' && run === runs - 1) {
        unanswered.push(...(await problemOfAnswer(readyUrl)));
      }
    }
    const code = await container.stop();
    if (code !== 0) {
      badEnds.push(code === undefined ? 'killed' : `status ${code}: ${lastLine(container)}`);
    }
  }
  return {
    starts,
    checks: [
      check(`ready, ${runs} of ${runs} times`, notReady.length === 0, notReady.join('; ')),
      check(`ends at SIGTERM, ${runs} of ${runs} times`, badEnds.length === 0, badEnds.join('; ')),
      ...(image.image.name === 'inference-server'
        ? [check('answers POST /chat', unanswered.length === 0, unanswered.join('; '))]
        : []),
    ],
  };
}

function lastLine({ errors, output }: Container): string {
  return `${output}\n${errors}`.trim().split('\n').at(-1) ?? '';
}

async function problemOfAnswer(healthUrl: string): Promise<readonly string[]> {
  const response = await globalThis.fetch(new URL('/chat', healthUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'A river is', generate_kwargs: { max_length: 24 } }),
  });
  const text = await response.text();
  return response.status === 200 && text.length > '{"Result":""}'.length ? [] : [`${response.status} ${text}`];
}
