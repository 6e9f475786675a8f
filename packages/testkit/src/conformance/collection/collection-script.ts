import type { KubernetesObject, ResourceType } from '@kaito/controller-runtime';

import { fieldsOf } from '../../api-server/json.ts';
import { ApiScript } from '../api/api-script.ts';
import type { Body } from '../api/api-script.ts';
import type { CollectionDriver } from './collection-driver.ts';

const never = new AbortController().signal;

export const AT_REST = 'at rest';

/** What a scenario does with owners and dependents. */
export class CollectionScript extends ApiScript {
  readonly #collection: CollectionDriver;

  constructor(driver: CollectionDriver) {
    super(driver);
    this.#collection = driver;
  }

  /** What a dependent says of its owner. */
  by({ apiVersion, kind, metadata: { name, uid } }: KubernetesObject): Body {
    return { apiVersion, kind, name, uid };
  }

  /** As `by`; an owner that is deleted in the foreground waits for the dependent. */
  blocking(owner: KubernetesObject): Body {
    return { ...this.by(owner), blockOwnerDeletion: true };
  }

  async owned(type: ResourceType, name: string, owners: readonly Body[], fields: Body = {}): Promise<KubernetesObject> {
    const metadata = { ...fieldsOf(fields['metadata']), ownerReferences: owners };
    return this.create(type, name, { ...fields, metadata });
  }

  /** Notes what is left of these objects. */
  async rest(...looked: readonly (readonly [type: ResourceType, name: string])[]): Promise<void> {
    const project = async (): Promise<unknown> =>
      Promise.all(looked.map(async ([type, name]) => [type.plural, name, await this.#left(type, name)]));
    this.note(AT_REST, await this.#collection.rest(project));
  }

  async #left(type: ResourceType, name: string): Promise<unknown> {
    const object = await this.#collection.kubernetes.get({ type, key: this.key(type, name) }, never);
    if (object === undefined) {
      return 'gone';
    }
    const { deletionTimestamp, finalizers = [], ownerReferences = [] } = fieldsOf(object.metadata);
    const isGoing = deletionTimestamp !== undefined;
    return this.shown.anything({ isGoing, finalizers, ownerReferences });
  }
}
