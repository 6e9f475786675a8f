/**
 * What is the same for every controller, whatever it manages: the Kubernetes port and what is built on it,
 * time, errors, conditions. No SDK, no kind.
 *
 * @packageDocumentation
 */
export { ApiError, isApiError } from './api-error.ts';
export type { ApiErrorDetails, ApiErrorKind } from './api-error.ts';
export { systemClock } from './clock.ts';
export type { Clock } from './clock.ts';
export { withCondition } from './conditions.ts';
export type { Condition, ConditionPatch } from './conditions.ts';
export { isReconcileError, ReconcileError } from './errors.ts';
export type { Disposition } from './errors.ts';
export type {
  ApplyRequest,
  CreateRequest,
  CreateSubresourceRequest,
  DeleteRequest,
  GetRequest,
  Kubernetes,
  KubernetesObject,
  ListPage,
  ListRequest,
  Manifest,
  ObjectKey,
  ObjectMeta,
  PatchRequest,
  ResourceType,
  Selection,
  WatchEvent,
  WatchRequest,
} from './kubernetes.ts';
