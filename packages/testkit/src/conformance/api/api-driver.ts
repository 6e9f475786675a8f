import type { Kubernetes, ObjectKey, ResourceType } from '@kaito/controller-runtime';

import type { Manager } from '../../api-server/apply/managers.ts';

/** An API server to play scenarios on; each scenario has a namespace of its own in it. */
export interface ApiDriver {
  readonly kubernetes: Kubernetes;
  readonly namespace: string;
  managersOf(type: ResourceType, key: ObjectKey): Promise<readonly Manager[]>;
  /** Makes the server forget its history; of secrets, which it keeps in no other cache, at once. */
  forget(): Promise<void>;
  /** Lets the open watches be told how far they have come, and then end, as their time-out does. */
  timeOutWatches(): void;
}
