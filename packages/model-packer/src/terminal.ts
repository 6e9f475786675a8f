import type { Screen } from './task.ts';

const CLEAR_LINE = '\r\u001B[K';
/** Where nothing can be rewritten, a line now and then is enough. */
const LINE_EVERY_MS = 10_000;

interface Output {
  readonly isTTY: boolean;
  readonly columns: number;
  write(text: string): unknown;
}

/** Rewrites the last line of a terminal; a file gets a line now and then. */
export function terminal(output: Output, now: () => number): Screen {
  let lastAt = now() - LINE_EVERY_MS;
  return {
    line: (text) => output.write(`${output.isTTY ? CLEAR_LINE : ''}${text}\n`),
    status: (text) => {
      if (output.isTTY) {
        output.write(`${CLEAR_LINE}${text.slice(0, output.columns - 1)}`);
      } else if (now() - lastAt >= LINE_EVERY_MS) {
        lastAt = now();
        output.write(`${text}\n`);
      }
    },
  };
}
