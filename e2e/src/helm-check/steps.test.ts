import { describe, expect, it } from '@jest/globals';
import { Progress } from '@kaito/local-cloud';

import { Steps } from './steps.ts';

const POD = { namespace: 'here', selector: 'app=a' };
const passes = async (): Promise<string> => 'found';
const fails = async (): Promise<string> => Promise.reject(new Error('not found'));

describe('Steps', () => {
  it('shows each step with its result, and counts', async () => {
    const { steps, shown } = newSteps();
    await steps.chapter('Chapter', async () => {
      await steps.step('first', passes);
      await steps.check('second', fails);
      await steps.step('third', passes);
    });
    expect(shown.join('')).toMatch(
      /Chapter\n {2}ok {4}first .* found\n {2}FAIL {2}second .*\n +not found\n {2}ok {4}third/u,
    );
    expect([steps.passed, steps.failed]).toEqual([2, ['second']]);
  });

  it('ends a chapter with the step that others need, and goes on with the next', async () => {
    const { steps, shown } = newSteps();
    const result = await steps.chapter('Chapter', async () => {
      await steps.step('needed', fails);
      await steps.step('needs it', passes);
      return true;
    });
    expect(result).toBeUndefined();
    expect(await steps.chapter('Next', async () => 'done')).toBe('done');
    expect(shown.join('')).not.toContain('needs it');
    expect([steps.passed, steps.failed]).toEqual([0, ['needed']]);
  });

  it('tells the last words of the pods that a failure is about', async () => {
    const { steps, shown } = newSteps();
    await steps.check('second', fails, POD);
    expect(shown.join('')).toContain('          last words of app=a in here\n');
  });
});

const lastWords = async ({ namespace, selector }: typeof POD): Promise<string> =>
  `last words of ${selector} in ${namespace}\n`;

function newSteps() {
  const shown: string[] = [];
  const write = (text: string): void => {
    shown.push(text);
  };
  const progress = new Progress({ isTerminal: false, columns: () => 80, write });
  const { signal } = new AbortController();
  return { steps: new Steps({ progress, signal, lastWords }), shown };
}
