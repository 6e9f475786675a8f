import * as z from 'zod';

/** One line of the API server's audit log (`audit.k8s.io/v1` Event), as far as anybody here reads it. */
export const AuditEvent = z.object({
  auditID: z.string(),
  stage: z.string(),
  verb: z.string(),
  requestURI: z.string(),
  /** Who could not be told apart has no name: a token that is not valid (any more), a request cut off early. */
  user: z.object({ username: z.string().default('') }),
  requestReceivedTimestamp: z.string(),
  stageTimestamp: z.string(),
  objectRef: z
    .object({
      apiGroup: z.string().default(''),
      resource: z.string().default(''),
      subresource: z.string().optional(),
      namespace: z.string().optional(),
      name: z.string().optional(),
    })
    .optional(),
  responseStatus: z.object({ code: z.int().optional(), message: z.string().optional() }).default({}),
  requestObject: z.unknown().optional(),
});
