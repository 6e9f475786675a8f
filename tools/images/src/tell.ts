import type { Progress } from '@kaito/local-cloud';

const SHOW_MS = 500;
const NOTE_MS = 10_000;

/** Does something that may take a while: says so as long as it takes, and how long it took. */
export async function during<T>(
  progress: Progress,
  [label, detail = '']: readonly [label: string, detail?: string],
  act: () => Promise<T>,
): Promise<T> {
  const started = performance.now();
  const seconds = (): string => `${Math.round((performance.now() - started) / 1000)} s`;
  const timer = setInterval(() => {
    progress.waiting(`${[label, detail].join(' ').trim()}: ${seconds()}`);
  }, SHOW_MS);
  const slow = setInterval(() => {
    progress.note(`${[label, detail].join(' ').trim()}: ${seconds()}`);
  }, NOTE_MS);
  try {
    const done = await act();
    progress.step(label, detail, performance.now() - started);
    return done;
  } finally {
    clearInterval(timer);
    clearInterval(slow);
  }
}
