import * as z from 'zod';
import { ARM_ERROR_IDS } from './arm-error-catalogue.ts';
import { armError } from './arm-error.ts';
import type { ArmError } from './arm-error.ts';
import { ROUTE_NAMES } from './route.ts';

const when = z.enum(['before', 'after']).describe('the request does its work, or after it');
const blanks = z.record(z.string(), z.string());

const errorFields = z.strictObject({
  id: z.enum(ARM_ERROR_IDS).optional().describe('an error of the catalogue; the other fields override it'),
  blanks: blanks.optional().describe('what stands in place of the <…> of its text'),
  status: z.int().min(200).max(599).optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  target: z.string().optional(),
});
const errorSchema = errorFields
  .extend({ details: z.array(errorFields.extend({ details: z.array(errorFields).optional() })).optional() })
  .refine((error) => error.id !== undefined || error.code !== undefined, 'name an id or a code');

const effectSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('answer').describe('answers in place of ARM; nothing is done'),
    error: errorSchema,
    headers: z.record(z.string(), z.string()).default({}),
  }),
  z.strictObject({
    kind: z.literal('delay'),
    when: when.default('before'),
    seconds: z.number().min(0).describe('in the time of the cloud'),
  }),
  z.strictObject({ kind: z.literal('cut').describe('the connection ends without an answer'), when }),
  z.strictObject({
    kind: z.literal('hold').describe('nothing goes on until the fault is released or the caller has gone'),
    when,
  }),
  z.strictObject({
    kind: z.literal('failOperation').describe('accepts, then the operation fails'),
    error: errorSchema,
    afterSeconds: z.number().min(0).optional(),
    leavesVms: z.boolean().default(false).describe('the failed pool has its VMs all the same'),
  }),
  z.strictObject({
    kind: z.literal('stickOperation').describe('the operation says InProgress for ever'),
    pool: z.enum(['settles', 'sticks']).default('settles'),
  }),
  z.strictObject({
    kind: z.literal('forgetOperation').describe('the operation can no longer be asked for'),
    afterSeconds: z.number().min(0).default(0),
  }),
]);

export const faultSchema = z.strictObject({
  on: z
    .strictObject({
      route: z.enum([...ROUTE_NAMES, 'Token']).optional(),
      method: z.enum(['GET', 'PUT', 'POST', 'DELETE']).optional(),
      pool: z.string().optional(),
    })
    .default({})
    .describe('which requests; absent: all of them'),
  skip: z.int().min(0).default(0).describe('so many of them pass first'),
  times: z.int().min(1).nullable().default(1).describe('how often it happens; null: for ever'),
  effect: effectSchema,
});

const faultListSchema = z.strictObject({ faults: z.array(faultSchema) });

export type Fault = z.output<typeof faultSchema>;
/** What POST /simulator/faults takes: one, or several. */
export type FaultRequest = z.input<typeof faultSchema> | z.input<typeof faultListSchema>;
export type Effect = Fault['effect'];
type FaultError = z.output<typeof errorSchema>;

export interface ArmedFault extends Fault {
  readonly id: string;
  /** Requests that it was meant for so far, the skipped ones too. */
  readonly seen: number;
  readonly fired: number;
}

export interface FiredEffect {
  readonly faultId: string;
  readonly effect: Effect;
}

export interface FaultTarget {
  readonly method: string;
  readonly route: string;
  readonly pool?: string;
}

/** Throws a ZodError that says what is wrong. */
export function parseFaults(body: unknown): readonly Fault[] {
  return typeof body === 'object' && body !== null && 'faults' in body
    ? faultListSchema.parse(body).faults
    : [faultSchema.parse(body)];
}

/** What is to happen to this request, and the faults with that counted. */
export function takeEffects(
  faults: readonly ArmedFault[],
  target: FaultTarget,
): { readonly faults: readonly ArmedFault[]; readonly effects: readonly FiredEffect[] } {
  const effects: FiredEffect[] = [];
  const counted = faults.map((fault) => {
    if (!isMeant(fault, target)) {
      return fault;
    }
    const isDue = fault.seen >= fault.skip && (fault.times === null || fault.fired < fault.times);
    if (isDue) {
      effects.push({ faultId: fault.id, effect: fault.effect });
    }
    return { ...fault, seen: fault.seen + 1, fired: fault.fired + (isDue ? 1 : 0) };
  });
  return effects.length === 0 && counted.every((fault, index) => fault === faults[index])
    ? { faults, effects }
    : { faults: counted, effects };
}

/** `known`: what fills blanks that the fault leaves open. */
export function faultError(error: FaultError, known: Readonly<Record<string, string>>): ArmError {
  const base =
    error.id === undefined ? { status: 409, code: '', message: '' } : armError(error.id, { ...known, ...error.blanks });
  return {
    status: error.status ?? base.status,
    code: error.code ?? base.code,
    message: error.message ?? base.message,
    ...(error.target === undefined ? {} : { target: error.target }),
    ...(error.details === undefined ? {} : { details: error.details.map((detail) => faultError(detail, known)) }),
  };
}

function isMeant({ on }: Fault, target: FaultTarget): boolean {
  return (
    (on.route === undefined || on.route === target.route) &&
    (on.method === undefined || on.method === target.method) &&
    (on.pool === undefined || on.pool === target.pool)
  );
}
