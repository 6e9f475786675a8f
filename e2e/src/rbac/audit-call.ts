import * as z from 'zod';

const OwnerReference = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  blockOwnerDeletion: z.boolean().optional(),
});
const Written = z.object({ metadata: z.object({ ownerReferences: z.array(OwnerReference) }) });

const AuditEvent = z.object({
  auditID: z.string(),
  verb: z.string(),
  requestURI: z.string(),
  /** Who could not be told apart has no name: a token that is not valid (any more), a request cut off early. */
  user: z.object({ username: z.string().default('') }),
  objectRef: z
    .object({
      apiGroup: z.string().default(''),
      resource: z.string(),
      subresource: z.string().optional(),
      namespace: z.string().optional(),
      name: z.string().optional(),
    })
    .optional(),
  responseStatus: z.object({ code: z.int().optional(), message: z.string().optional() }).default({}),
  requestObject: z.unknown().optional(),
});

export interface OwnerKind {
  readonly group: string;
  readonly kind: string;
}

/** One request to the API server. */
export interface Call {
  readonly id: string;
  readonly user: string;
  readonly verb: string;
  readonly uri: string;
  readonly group: string;
  /** Plural, with the subresource after a slash; a path that names no resource is given as it is. */
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  /** Absent while the request is under way. */
  readonly status?: number;
  /** The API server's words about a failure. */
  readonly message: string;
  /** Owners that the written object keeps from being deleted before it. */
  readonly blockedOwners: readonly OwnerKind[];
}

/** What one line of the audit log says; a request has a line for each of its stages, the last one says most. */
export function callOf(line: string): Call {
  const event = AuditEvent.parse(JSON.parse(line));
  const { objectRef, responseStatus } = event;
  return {
    id: event.auditID,
    user: event.user.username,
    verb: event.verb,
    uri: event.requestURI,
    ...(objectRef === undefined ? { group: '', resource: pathOf(event.requestURI) } : named(objectRef)),
    ...(responseStatus.code !== undefined && { status: responseStatus.code }),
    message: responseStatus.message ?? '',
    blockedOwners: blockedOwners(event.requestObject),
  };
}

type ObjectReference = NonNullable<z.infer<typeof AuditEvent>['objectRef']>;

function named({ apiGroup, resource, subresource, namespace, name }: ObjectReference) {
  return {
    group: apiGroup,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  };
}

function blockedOwners(written: unknown): readonly OwnerKind[] {
  const references = Written.safeParse(written).data?.metadata.ownerReferences ?? [];
  return references
    .filter(({ blockOwnerDeletion }) => blockOwnerDeletion === true)
    .map(({ apiVersion, kind }) => ({ group: apiVersion.split('/').slice(0, -1).join('/'), kind }));
}

function pathOf(uri: string): string {
  return uri.split('?')[0] ?? '';
}
