/**
 * What is the same for every controller, whatever it manages: the Kubernetes port and what is built on it
 * (reflector, cache, work queue, controller, leader election, events), time, errors, conditions, and the ports
 * for logs, metrics and health. No SDK, no kind.
 *
 * @packageDocumentation
 */
export { ApiError, isApiError } from './api-error.ts';
export type { ApiErrorDetails, ApiErrorKind } from './api-error.ts';
export { bindAddress, onHost } from './bind-address.ts';
export type { BindAddress } from './bind-address.ts';
export { keyOf, keysOfChange, parseKey } from './cache.ts';
export type { Cache, Change, HasMetadata, Schema, WatchedKind } from './cache.ts';
export { systemClock } from './clock.ts';
export type { Clock } from './clock.ts';
export { commandOption, flagProblem, givenOptions, optionLines, optionProblem } from './command-line.ts';
export type { CommandLine, CommandOption, GivenOptions } from './command-line.ts';
export { withCondition } from './conditions.ts';
export type { Condition, ConditionPatch } from './conditions.ts';
export { controller } from './controller.ts';
export type { Controller, ControllerOptions } from './controller.ts';
export { isReconcileError, ReconcileError } from './errors.ts';
export type { Disposition, ReconcileErrorOptions } from './errors.ts';
export { eventRecorder } from './events.ts';
export type { Event, EventRecorder, EventRecorderOptions, ObjectReference } from './events.ts';
export { withFinalizer, withoutFinalizer } from './finalizers.ts';
export { failedChecks, syncedChecks } from './health.ts';
export type { HealthChecks } from './health.ts';
export { informer } from './informer.ts';
export type { Informer, InformerOptions } from './informer.ts';
export { lead } from './leader.ts';
export { whileLeading } from './while-leading.ts';
export type { WhileLeadingOptions } from './while-leading.ts';
export { silentLogger } from './logger.ts';
export type { Logger } from './logger.ts';
export { noMetrics } from './metrics.ts';
export type { Counter, Gauge, Histogram, MetricLabels, Metrics } from './metrics.ts';
export { isPlainAddress } from './plain-address.ts';
export { withoutSecrets } from './without-secrets.ts';
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
  View,
  WatchEvent,
  WatchRequest,
} from './kubernetes.ts';
