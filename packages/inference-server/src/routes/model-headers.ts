import type { Outcome } from '../core/generation-request.ts';
import type { ModelFile } from '../core/ports.ts';

/** Which file answered. */
export function fileHeaders(file: ModelFile): Record<string, string> {
  return { 'x-kaito-model-file': file.fileName, 'x-kaito-model-digest': `sha256:${file.sha256}` };
}

/** Which file answered, and how fast. */
export function answerHeaders(file: ModelFile, outcomes: readonly Outcome[]): Record<string, string> {
  const tokens = outcomes.reduce((sum, outcome) => sum + outcome.completionTokens, 0);
  const seconds = outcomes.reduce(
    (sum, outcome) => sum + (outcome.tokensPerSecond > 0 ? outcome.completionTokens / outcome.tokensPerSecond : 0),
    0,
  );
  return {
    ...fileHeaders(file),
    'x-kaito-completion-tokens': String(tokens),
    'x-kaito-tokens-per-second': (seconds > 0 ? tokens / seconds : 0).toFixed(1),
  };
}
