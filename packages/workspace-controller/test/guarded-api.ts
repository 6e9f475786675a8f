import type {
  ApplyRequest,
  CreateRequest,
  DeleteRequest,
  GetRequest,
  Kubernetes,
  KubernetesObject,
  ListPage,
  ListRequest,
  PatchRequest,
} from '@kaito/controller-runtime';
import type { FakeKubernetes } from '@kaito/testkit';
import {
  Deployment,
  deployments,
  finalizers,
  Machine,
  machines,
  Node,
  nodes,
  services,
  Workspace,
  workspaces,
} from '@kaito/types';
import * as z from 'zod';

const StatusParts = z.looseObject({ attempts: z.looseObject({}).optional() });

export class SimulatedCrash extends Error {
  override readonly name = 'SimulatedCrash';
}

/** The process dies at the write of this number, counted from 0, before or after it has taken effect. */
export interface Crash {
  readonly write: number;
  readonly when: 'before' | 'after';
}

/** What the controller writes through: dies when told, and refuses whatever must never be written. */
export class GuardedApi implements Kubernetes {
  crash: Crash | undefined;
  /** What was seen may be over by now; then nobody can tell the truth. */
  isBlind = false;
  /** Every request, as `verb plural`. */
  readonly requests: string[] = [];
  readonly #api: FakeKubernetes;
  #writes = 0;

  constructor(api: FakeKubernetes) {
    this.#api = api;
  }

  get writes(): number {
    return this.#writes;
  }

  async list(request: ListRequest, signal: AbortSignal): Promise<ListPage> {
    this.requests.push(`list ${request.type.plural}`);
    return this.#api.list(request, signal);
  }

  watch(): never {
    throw new Error('views have no watch');
  }

  async get(request: GetRequest, signal: AbortSignal): Promise<KubernetesObject | undefined> {
    this.requests.push(`get ${request.type.plural}`);
    return this.#api.get(request, signal);
  }

  async create(request: CreateRequest, signal: AbortSignal): Promise<KubernetesObject> {
    this.#mayBuy();
    return this.#write(`create ${request.type.plural}`, async () => this.#api.create(request, signal));
  }

  async createSubresource(): Promise<KubernetesObject> {
    throw new Error('the controller has no business with subresources');
  }

  async apply(request: ApplyRequest, signal: AbortSignal): Promise<KubernetesObject> {
    const { type, manifest, subresource } = request;
    if (subresource !== 'status') {
      return this.#write(`apply ${type.plural}`, async () => this.#api.apply(request, signal));
    }
    this.#mayTell(Workspace.parse({ ...this.#workspace, status: manifest['status'] }));
    return this.#write('status workspaces', async () => this.#api.apply(replacing(request), signal));
  }

  async patch(request: PatchRequest, signal: AbortSignal): Promise<KubernetesObject> {
    if (request.type.plural === workspaces.plural) {
      this.#mayLetGo(request);
    }
    return this.#write(`patch ${request.type.plural}`, async () => this.#api.patch(request, signal));
  }

  async delete(request: DeleteRequest, signal: AbortSignal): Promise<void> {
    if (this.#workspace?.metadata.deletionTimestamp === undefined) {
      throw new Error(`${request.type.plural} ${request.key.name} is deleted though nobody deleted the Workspace`);
    }
    await this.#write(`delete ${request.type.plural}`, async () => this.#api.delete(request, signal));
  }

  async #write<R>(request: string, write: () => Promise<R>): Promise<R> {
    const { crash } = this;
    const isHere = crash?.write === this.#writes;
    this.#writes += 1;
    if (isHere && crash.when === 'before') {
      throw new SimulatedCrash(`before ${request}`);
    }
    this.requests.push(request);
    const answer = await write();
    if (isHere) {
      throw new SimulatedCrash(`after ${request}`);
    }
    return answer;
  }

  /** No claim without the finalizer that guards it, and never more claims than nodes wanted. */
  #mayBuy(): void {
    const { metadata, resource } = this.#workspace ?? {};
    if (metadata?.finalizers?.includes(finalizers.workspace) !== true) {
      throw new Error('a machine is asked for while nothing guards it');
    }
    if (metadata.deletionTimestamp !== undefined && !this.isBlind) {
      throw new Error('a machine is asked for by a Workspace that is going');
    }
    if (this.#api.objects(machines).length > (resource?.count ?? 1)) {
      throw new Error('more machines are asked for than wanted');
    }
  }

  /** Ready is told only when it is so, and of no generation that there has not been. */
  #mayTell({ metadata, resource, status }: Workspace): void {
    const conditions = status?.conditions ?? [];
    const isToldReady = conditions.some(({ type, status: value }) => type === 'WorkspaceReady' && value === 'True');
    if (isToldReady && !this.isBlind && !this.#isServing(resource?.count ?? 1)) {
      throw new Error('the user is told that the Workspace is ready while it is not');
    }
    if (conditions.some(({ observedGeneration = 0 }) => observedGeneration > (metadata.generation ?? 0))) {
      throw new Error('observedGeneration runs ahead');
    }
  }

  #isServing(count: number): boolean {
    const usable = this.#api.objects(nodes).filter((node) => isUsable(Node.parse(node)));
    const rolledOut = this.#api
      .objects(deployments)
      .filter((object) => Deployment.parse(object).status.readyReplicas === count);
    return usable.length >= count && rolledOut.length === 1;
  }

  #mayLetGo({ body }: PatchRequest): void {
    const own = this.#api.objects(machines).map((machine) => Machine.parse(machine));
    const isGuarded = JSON.stringify(body).includes(finalizers.workspace);
    const left = [...own.filter(isOurs), ...this.#api.objects(deployments), ...this.#api.objects(services)];
    if (!isGuarded && left.length > 0) {
      throw new Error(`the finalizer goes while ${left.length} objects are left`);
    }
  }

  get #workspace(): Workspace | undefined {
    const [found] = this.#api.objects(workspaces);
    return found === undefined ? undefined : Workspace.parse(found);
  }
}

function isOurs({ metadata }: Machine): boolean {
  return metadata.labels?.['kaito.sh/workspace'] === 'llm';
}

function isUsable({ status }: Node): boolean {
  return status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true;
}

/** The fake merges where server-side apply takes away what is not named again. */
function replacing(request: ApplyRequest): ApplyRequest {
  const { attempts, ...status } = StatusParts.parse(request.manifest['status']);
  const renewed = attempts === undefined ? {} : { attempts: { lastFailure: null, nextAttempt: null, ...attempts } };
  return { ...request, manifest: { ...request.manifest, status: { ...status, ...renewed } } };
}
