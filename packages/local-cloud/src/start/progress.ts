import type { Reached } from './journey.ts';
import type { Milestone } from './milestones.ts';

/** Where progress is shown; a terminal can rewrite its last line, a file cannot. */
export interface Screen {
  readonly isTerminal: boolean;
  /** How wide it is at the moment; a longer line would wrap and could not be taken back. */
  readonly columns: () => number;
  write(text: string): void;
}

const CLEAR_LINE = '\r\u001B[K';
const LABEL_WIDTH = 21;

/** Shows each step as it is done, with its time, and in a terminal what is waited for at the moment. */
export class Progress {
  readonly #screen: Screen;
  #previousMs = 0;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** A line that stays. */
  line(text: string): void {
    this.#screen.write(`${this.#screen.isTerminal ? CLEAR_LINE : ''}${text}\n`);
  }

  /** A step that is done. */
  step(label: string, detail: string, tookMs: number): void {
    this.line(`  ✓ ${label.padEnd(LABEL_WIDTH)} ${seconds(tookMs).padStart(7)}  ${detail}`);
  }

  milestone({ milestone, detail, atMs }: Reached): void {
    this.step(milestone.label, detail, atMs - this.#previousMs);
    this.#previousMs = atMs;
  }

  /** What is waited for; gone with the next line. Only in a terminal. */
  waiting(text: string): void {
    if (this.#screen.isTerminal) {
      this.#screen.write(`${CLEAR_LINE}${`  … ${text}`.slice(0, this.#screen.columns() - 1)}`);
    }
  }

  /** Where nothing can be rewritten, a line now and then instead. */
  note(text: string): void {
    if (!this.#screen.isTerminal) {
      this.line(`  … ${text}`);
    }
  }

  /** The next milestone, who is responsible for it, and what the Workspace says. */
  waitingFor(next: Milestone | undefined, elapsedMs: number, message: string | undefined): void {
    if (next !== undefined) {
      const says = message === undefined ? '' : ` (${message})`;
      this.waiting(`${next.label}: waiting for ${next.by}, ${seconds(elapsedMs)}${says}`);
    }
  }
}

/** The terminal, or the file, that our own output goes to. */
export function screenOf(stream: NodeJS.WriteStream): Screen {
  return { isTerminal: stream.isTTY, columns: () => stream.columns, write: (text) => stream.write(text) };
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 9950 ? 2 : 1)} s`;
}
