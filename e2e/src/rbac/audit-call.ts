import { AuditEvent } from '@kaito/local-cloud';
import * as z from 'zod';

const OwnerReference = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  blockOwnerDeletion: z.boolean().optional(),
});
const Written = z.object({ metadata: z.object({ ownerReferences: z.array(OwnerReference) }) });

const Line = AuditEvent.pick({
  auditID: true,
  verb: true,
  requestURI: true,
  user: true,
  objectRef: true,
  responseStatus: true,
  requestObject: true,
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
  const event = Line.parse(JSON.parse(line));
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

type ObjectReference = NonNullable<z.infer<typeof Line>['objectRef']>;

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
