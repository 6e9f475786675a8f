import type { Role } from './effect.ts';
import { Feed } from './feed.ts';
import { ProcessScope } from './process-scope.ts';
import type { Schedule } from '../time/schedule.ts';

/** One process of a controller, from its start to its end. */
export class Replica {
  readonly role: Role;
  /** Under which it holds the lease; its successor after a crash has the same. */
  readonly identity: string;
  readonly scope: ProcessScope;
  readonly feed: Feed;
  readonly stopping = new AbortController();

  constructor(role: Role, identity: string, schedule: Schedule) {
    this.role = role;
    this.identity = identity;
    this.scope = new ProcessScope(schedule);
    this.feed = new Feed(this.scope, schedule);
  }
}
