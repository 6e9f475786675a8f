import { ARM_ERRORS } from './arm-error-catalogue.ts';
import type { ArmErrorId } from './arm-error-catalogue.ts';

/** An answer or an outcome that ARM calls an error: `status` is that of the HTTP answer, when it is one. */
export interface ArmError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly target?: string;
  readonly details?: readonly ArmError[];
}

export type ErrorDetail = Readonly<{
  code: string;
  message: string;
  target?: string;
  details?: readonly ErrorDetail[];
}>;

/** An error of the catalogue; `blanks` fill the `<…>` of its text, those that are left stay as they are. */
export function armError(id: ArmErrorId, blanks: Readonly<Record<string, string>> = {}): ArmError {
  const { status, code, message } = ARM_ERRORS[id];
  return { status, code, message: filled(message, blanks) };
}

export function invalidParameter(field: string, text: string): ArmError {
  return armError('invalid-parameter', { field, text });
}

export function errorDetail({ code, message, target, details }: ArmError): ErrorDetail {
  return {
    code,
    message,
    ...(target === undefined ? {} : { target }),
    ...(details === undefined ? {} : { details: details.map(errorDetail) }),
  };
}

function filled(template: string, blanks: Readonly<Record<string, string>>): string {
  return Object.entries(blanks).reduce(
    (text, [blank, value]) => text.replaceAll(blank.startsWith('.') ? blank : `<${blank}>`, () => value),
    template,
  );
}
