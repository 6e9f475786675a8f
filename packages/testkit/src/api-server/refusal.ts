import type { ApiError, ResourceType } from '@kaito/controller-runtime';
import { responseError } from '@kaito/kube';

/** One of the things that are wrong with an object. */
export interface FieldCause {
  readonly field: string;
  readonly reason: string;
  readonly message: string;
}

interface Status {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly causes?: readonly FieldCause[];
  readonly retryAfterSeconds?: number;
}

/** Why the API server does not do as asked, before it is put into the words of one request. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: Status;

  constructor(status: Status) {
    super(status.message);
    this.status = status;
  }

  /** As a client over HTTP sees it. */
  answer(request: string): ApiError {
    const { code, causes, retryAfterSeconds, ...rest } = this.status;
    const details = { causes, retryAfterSeconds: retryAfterSeconds ?? 0 };
    return responseError({
      request,
      status: code,
      body: { code, details: { ...details, causes: causes ?? [] }, ...rest },
      retryAfter: retryAfterSeconds === undefined ? undefined : String(retryAfterSeconds),
    });
  }
}

type Resource = Pick<ResourceType, 'group' | 'plural'>;

/** `machines.karpenter.sh`, `pods`. */
function qualified(name: string, group: string): string {
  return group === '' ? name : `${name}.${group}`;
}

function about(type: Resource, name: string): string {
  return `${qualified(type.plural, type.group)} "${name}"`;
}

export function notFound(type: Resource, name: string): Refusal {
  return new Refusal({ code: 404, reason: 'NotFound', message: `${about(type, name)} not found` });
}

/** No kind is served there. */
export function noSuchResource(): Refusal {
  return new Refusal({ code: 404, reason: 'NotFound', message: 'the server could not find the requested resource' });
}

export function alreadyExists(type: Resource, name: string, isLeaving: boolean): Refusal {
  const message = `${isLeaving ? 'object is being deleted: ' : ''}${about(type, name)} already exists`;
  return new Refusal({ code: 409, reason: 'AlreadyExists', message });
}

export function conflict(type: Resource, name: string, why: string): Refusal {
  const message = `Operation cannot be fulfilled on ${about(type, name)}: ${why}`;
  return new Refusal({ code: 409, reason: 'Conflict', message });
}

export function hasBeenModified(type: Resource, name: string): Refusal {
  const why = 'the object has been modified; please apply your changes to the latest version and try again';
  return conflict(type, name, why);
}

export function badRequest(message: string): Refusal {
  return new Refusal({ code: 400, reason: 'BadRequest', message });
}

export function expired(message: string): Refusal {
  return new Refusal({ code: 410, reason: 'Expired', message });
}

/** Everything that is wrong with an object, field by field. */
export function invalid({ kind, group }: ResourceType, name: string, causes: readonly FieldCause[]): Refusal {
  const texts = causes.map(({ field, message }) => `${field}: ${message}`);
  const all = texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
  const message = `${qualified(kind, group)} "${name}" is invalid: ${all}`;
  return new Refusal({ code: 422, reason: 'Invalid', message, causes });
}

export function internalError(message: string): Refusal {
  return new Refusal({ code: 500, reason: 'InternalError', message });
}
