import { errorDetail } from './arm-error.ts';
import type { ArmError } from './arm-error.ts';
import type { FiredEffect } from './faults.ts';
import type { State } from './model.ts';
import type { RouteName } from './route.ts';

export type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

/** Whom the bearer token names. */
export interface Principal {
  readonly audience: string;
  readonly expiresAtMs: number;
}

export interface ArmRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly body?: unknown;
  /** Where the caller found us: addresses in answers lead there again. */
  readonly origin: string;
  /** Absent: no token, or one that we did not issue. */
  readonly principal?: Principal;
}

/** A request whose route is known. */
export interface Call extends ArmRequest {
  readonly route: RouteName;
  readonly parameters: Readonly<Record<string, string>>;
  readonly pool?: string;
  readonly effects: readonly FiredEffect[];
  readonly nowMs: number;
}

export interface ArmReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Json;
  /** How long the cloud takes to answer. */
  readonly delayMs?: number;
}

export interface Turn {
  readonly state: State;
  readonly reply: ArmReply;
}

export function answer(
  state: State,
  status: number,
  body?: Json,
  headers: Readonly<Record<string, string>> = {},
): Turn {
  return { state, reply: { status, headers, ...(body === undefined ? {} : { body }) } };
}

export function refuse(state: State, error: ArmError, headers: Readonly<Record<string, string>> = {}): Turn {
  return answer(state, error.status, { error: errorDetail(error) }, headers);
}
