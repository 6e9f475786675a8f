import { seconds } from './progress.ts';
import type { Progress } from './progress.ts';

const LONG_MS = 2000;
const QUARTERS = 4;

/** Shows how far a preparation is, and how long it took when that was long. */
export async function timed<T>(
  what: string,
  progress: Progress,
  act: (onProgress: (share: number) => void) => Promise<T>,
): Promise<T> {
  const started = performance.now();
  let share = 0;
  const show = (): void => {
    const percent = share > 0 ? `, ${Math.floor(share * 100)} %` : '';
    progress.waiting(`preparing the ${what}: ${seconds(performance.now() - started)}${percent}`);
  };
  const timer = setInterval(show, 500);
  try {
    const result = await act((value) => {
      if (Math.floor(value * QUARTERS) > Math.floor(share * QUARTERS)) {
        progress.note(`preparing the ${what}: ${Math.floor(value * 100)} %`);
      }
      share = value;
    });
    const tookMs = performance.now() - started;
    if (tookMs > LONG_MS) {
      progress.step(what, 'prepared', tookMs);
    }
    return result;
  } finally {
    clearInterval(timer);
  }
}
