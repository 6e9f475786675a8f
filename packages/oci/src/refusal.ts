import * as z from 'zod';

import { textOf } from './http.ts';
import type { HttpAnswer } from './http.ts';
import { parseJson } from './manifest.ts';
import { TransferError } from './transfer-error.ts';
import type { TransferErrorKind } from './transfer-error.ts';

const Problems = z.object({
  errors: z.array(z.object({ code: z.string().optional(), message: z.string().optional() })).min(1),
});

/** What a status of 400 and above means, with the registry's own words; it reads the answer's body. */
export async function refusal(what: string, answer: HttpAnswer, url: URL): Promise<TransferError> {
  const { status, headers } = answer;
  const text = await textOf(answer, url.origin).catch(() => Buffer.alloc(0));
  const [problem] = Problems.safeParse(parseJson(text.toString('utf8'))).data?.errors ?? [];
  const words = [problem?.code, problem?.message].filter((word) => word !== undefined && word !== '').join(': ');
  const retryAfter = Number(headers['retry-after'] ?? Number.NaN);
  return new TransferError(
    kindOf(status),
    `${what}: ${url.host} answered ${status}${words === '' ? '' : ` (${words})`}`,
    {
      status,
      retryAfterMs: Number.isNaN(retryAfter) ? undefined : retryAfter * 1000,
    },
  );
}

const KINDS: Readonly<Record<number, TransferErrorKind>> = {
  401: 'Unauthorized',
  403: 'Denied',
  404: 'NotFound',
  408: 'Busy',
  429: 'Busy',
};

function kindOf(status: number): TransferErrorKind {
  return KINDS[status] ?? (status >= 500 ? 'Busy' : 'Rejected');
}
