import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

import { AuditEvent } from '@kaito/local-cloud';

const Entry = AuditEvent.pick({ stage: true, verb: true, stageTimestamp: true, user: true, objectRef: true });

/** One request to the API server, from its audit log. */
export interface ApiRequest {
  readonly verb: string;
  readonly user: string;
  /** Plural, with the subresource after a slash. */
  readonly resource: string;
  readonly at: Date;
}

const WRITES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection', 'apply']);

/** All requests in the log; a watch counts once, when it begins. */
export async function requestsIn(file: string): Promise<readonly ApiRequest[]> {
  const requests: ApiRequest[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const { stage, verb, stageTimestamp, user, objectRef } = Entry.parse(JSON.parse(line));
    if (stage === (verb === 'watch' ? 'ResponseStarted' : 'ResponseComplete')) {
      const parts = [objectRef?.resource, objectRef?.subresource].filter((part) => part !== undefined);
      requests.push({ verb, user: user.username, resource: parts.join('/'), at: new Date(stageTimestamp) });
    }
  }
  return requests;
}

export function isWrite({ verb }: ApiRequest): boolean {
  return WRITES.has(verb);
}

/** Leases and heartbeats come at their own pace, events are counted apart. */
export function isBackground({ resource }: ApiRequest): boolean {
  return resource === 'leases' || resource === 'events';
}

export function isEvent({ resource }: ApiRequest): boolean {
  return resource === 'events';
}
