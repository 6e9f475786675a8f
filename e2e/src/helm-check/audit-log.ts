import { readFile } from 'node:fs/promises';

import { AuditEvent } from '@kaito/local-cloud';
import type * as z from 'zod';

const Entry = AuditEvent.pick({
  stage: true,
  verb: true,
  user: true,
  requestReceivedTimestamp: true,
  responseStatus: true,
  objectRef: true,
});
type Entry = z.infer<typeof Entry>;

const FORBIDDEN = 403;

/** What the API server answered whom. */
export class AuditLog {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** Each thing once that the accounts were refused from then on: `ACCOUNT VERB RESOURCE`. */
  async refusals(accounts: readonly string[], since: Date): Promise<readonly string[]> {
    const refused = (await this.#entries()).filter(
      ({ user, responseStatus, requestReceivedTimestamp }) =>
        responseStatus.code === FORBIDDEN &&
        accounts.includes(user.username) &&
        new Date(requestReceivedTimestamp) >= since,
    );
    return [...new Set(refused.map(sentence))];
  }

  /** How many requests the account made from then on. */
  async requests(account: string, since: Date): Promise<number> {
    return (await this.#entries()).filter(
      ({ user, stage, requestReceivedTimestamp }) =>
        stage === 'ResponseComplete' && user.username === account && new Date(requestReceivedTimestamp) >= since,
    ).length;
  }

  async #entries(): Promise<readonly Entry[]> {
    const lines = (await readFile(this.file, 'utf8')).split('\n');
    const complete = lines.slice(0, -1); // the last one may still be being written
    return complete.map((line) => Entry.parse(JSON.parse(line)));
  }
}

function sentence({ user, verb, objectRef }: Entry): string {
  const { apiGroup = '', resource = '', subresource, namespace, name } = objectRef ?? {};
  const kind = [resource, subresource].filter((part) => part !== undefined).join('/');
  const group = apiGroup === '' ? '' : `.${apiGroup}`;
  const where = [namespace, name].filter((part) => part !== undefined).join('/');
  return `${user.username} ${verb} ${kind}${group} ${where}`.trimEnd();
}
