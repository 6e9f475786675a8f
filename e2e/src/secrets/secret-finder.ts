import { formsOf } from './secret.ts';
import type { Secret } from './secret.ts';

/** A text that somebody can read who must not know the secrets, and where it stands. */
export interface Evidence {
  readonly source: string;
  readonly text: string;
}

const SHOWN = 120;

/** One line for each secret in each text: where, which, and what stands before it. */
export function secretsIn(evidence: readonly Evidence[], secrets: readonly Secret[]): readonly string[] {
  const known = secrets.map((secret) => ({ label: secret.label, forms: formsOf(secret) }));
  return evidence.flatMap(({ source, text }) =>
    known.flatMap(({ label, forms }) => {
      const at = forms.map((form) => text.indexOf(form)).find((index) => index >= 0);
      return at === undefined ? [] : [`${source} holds ${label} after: ${text.slice(Math.max(0, at - SHOWN), at)}`];
    }),
  );
}
