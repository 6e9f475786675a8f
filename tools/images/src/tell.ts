import type { Progress } from '@kaito/local-cloud';

const SHOW_MS = 500;

/** Does something that may take a while: says so as long as it takes, and how long it took. */
export async function during<T>(
  progress: Progress,
  label: string,
  act: () => Promise<T>,
  detail: (result: T) => string = () => '',
): Promise<T> {
  const started = performance.now();
  progress.note(label);
  const timer = setInterval(() => {
    progress.waiting(`${label}: ${Math.round((performance.now() - started) / 1000)} s`);
  }, SHOW_MS);
  try {
    const done = await act();
    progress.step(label, detail(done), performance.now() - started);
    return done;
  } finally {
    clearInterval(timer);
  }
}
