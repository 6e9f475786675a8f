import type { Progress } from '@kaito/local-cloud';

/** Whose pods' last words explain a failure. */
export interface Subject {
  readonly namespace: string;
  readonly selector: string;
}

/** Does something and says in a few words what came of it; rejects with the cause when it did not come. */
export type Act = (signal: AbortSignal) => Promise<string>;

export interface StepsOptions {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** State and last log lines of pods. */
  readonly lastWords: (subject: Subject, signal: AbortSignal) => Promise<string>;
}

/** A step on which others build has failed, and was told. */
class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

const NAME_WIDTH = 72;
const STEP_DEADLINE_MS = 300_000;
const LAST_WORDS_DEADLINE_MS = 20_000;

/** Runs one step after the other, shows each with its time, and counts. */
export class Steps {
  readonly #options: StepsOptions;
  readonly #failed: string[] = [];
  #passed = 0;

  constructor(options: StepsOptions) {
    this.#options = options;
  }

  get passed(): number {
    return this.#passed;
  }

  /** By name, in the order in which they failed. */
  get failed(): readonly string[] {
    return this.#failed;
  }

  /** Steps that belong together; undefined when a {@link step} failed, with which it ended. */
  async chapter<T>(title: string, act: () => Promise<T>): Promise<T | undefined> {
    const { progress, signal } = this.#options;
    progress.line(`\n${title}`);
    try {
      return await act();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof StepFailed)) {
        throw error;
      }
      progress.line('  the steps after it were not tried');
      return undefined;
    }
  }

  /** What comes after it in its chapter needs it. */
  async step(name: string, act: Act, subject?: Subject): Promise<void> {
    if (!(await this.#run(name, act, subject))) {
      throw new StepFailed(name);
    }
  }

  /** Nothing needs it: the chapter goes on. */
  async check(name: string, act: Act, subject?: Subject): Promise<void> {
    await this.#run(name, act, subject);
  }

  async #run(name: string, act: Act, subject: Subject | undefined): Promise<boolean> {
    const { progress, signal } = this.#options;
    const started = performance.now();
    const took = (): string => `${((performance.now() - started) / 1000).toFixed(1)} s`.padStart(7);
    const deadline = AbortSignal.timeout(STEP_DEADLINE_MS);
    progress.waiting(name);
    try {
      const detail = await act(AbortSignal.any([signal, deadline]));
      this.#passed += 1;
      progress.line(`  ok    ${name.padEnd(NAME_WIDTH)} ${took()}  ${detail}`);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      this.#failed.push(name);
      progress.line(`  FAIL  ${name.padEnd(NAME_WIDTH)} ${took()}`);
      progress.line(indented(deadline.aborted ? `not done after ${STEP_DEADLINE_MS / 1000} s` : causeOf(error)));
      await this.#tellLastWords(subject);
      return false;
    }
  }

  async #tellLastWords(subject: Subject | undefined): Promise<void> {
    const { progress, lastWords } = this.#options;
    if (subject !== undefined) {
      const text = await lastWords(subject, AbortSignal.timeout(LAST_WORDS_DEADLINE_MS)).catch(causeOf);
      progress.line(indented(text));
    }
  }
}

function causeOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `          ${line}`)
    .join('\n');
}
