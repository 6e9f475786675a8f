import { ObjectMeta, Quantity } from '@kaito/types';
import * as z from 'zod';

const Port = z.union([z.int(), z.string()]);

const KeyRef = z.object({ name: z.string().default(''), key: z.string(), optional: z.boolean().optional() });
const FieldRef = z.object({ fieldPath: z.string() });
const ResourceFieldRef = z.object({
  containerName: z.string().optional(),
  resource: z.string(),
  divisor: Quantity.optional(),
});

export const EnvVar = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z
    .object({
      fieldRef: FieldRef.optional(),
      resourceFieldRef: ResourceFieldRef.optional(),
      configMapKeyRef: KeyRef.optional(),
      secretKeyRef: KeyRef.optional(),
    })
    .optional(),
});
export type EnvVar = z.infer<typeof EnvVar>;

const ObjectRef = z.object({ name: z.string().default(''), optional: z.boolean().optional() });

const Handler = z.object({
  httpGet: z
    .object({
      path: z.string().default('/'),
      port: Port,
      host: z.string().optional(),
      scheme: z.string().default('HTTP'),
      httpHeaders: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
    })
    .optional(),
  tcpSocket: z.object({ port: Port, host: z.string().optional() }).optional(),
  exec: z.object({ command: z.array(z.string()).default([]) }).optional(),
  grpc: z.object({ port: z.int() }).optional(),
});

export const Probe = Handler.extend({
  initialDelaySeconds: z.int().default(0),
  timeoutSeconds: z.int().default(1),
  periodSeconds: z.int().default(10),
  successThreshold: z.int().default(1),
  failureThreshold: z.int().default(3),
  terminationGracePeriodSeconds: z.int().optional(),
});
export type Probe = z.infer<typeof Probe>;

export const VolumeMount = z.object({
  name: z.string(),
  mountPath: z.string(),
  subPath: z.string().optional(),
  subPathExpr: z.string().optional(),
  readOnly: z.boolean().optional(),
});
export type VolumeMount = z.infer<typeof VolumeMount>;

const Resources = z.record(z.string(), Quantity).optional();

export const Container = z.object({
  name: z.string(),
  image: z.string().default(''),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  workingDir: z.string().optional(),
  env: z.array(EnvVar).optional(),
  envFrom: z
    .array(
      z.object({
        prefix: z.string().optional(),
        configMapRef: ObjectRef.optional(),
        secretRef: ObjectRef.optional(),
      }),
    )
    .optional(),
  ports: z.array(z.object({ name: z.string().optional(), containerPort: z.int() })).optional(),
  resources: z.object({ limits: Resources, requests: Resources }).optional(),
  volumeMounts: z.array(VolumeMount).optional(),
  /** `Always` on an init container makes it a sidecar: it starts in its turn and then keeps running. */
  restartPolicy: z.string().optional(),
  startupProbe: Probe.optional(),
  readinessProbe: Probe.optional(),
  livenessProbe: Probe.optional(),
  securityContext: z.object({ readOnlyRootFilesystem: z.boolean().optional() }).optional(),
  terminationMessagePath: z.string().optional(),
  terminationMessagePolicy: z.string().optional(),
});
export type Container = z.infer<typeof Container>;

const KeyToPath = z.object({ key: z.string(), path: z.string(), mode: z.int().optional() });
const Items = z.array(KeyToPath).optional();
const DownwardFile = z.object({
  path: z.string(),
  fieldRef: FieldRef.optional(),
  resourceFieldRef: ResourceFieldRef.optional(),
  mode: z.int().optional(),
});

export const ProjectedSource = z.object({
  serviceAccountToken: z
    .object({ path: z.string(), audience: z.string().optional(), expirationSeconds: z.int().default(3600) })
    .optional(),
  configMap: ObjectRef.extend({ items: Items }).optional(),
  secret: ObjectRef.extend({ items: Items }).optional(),
  downwardAPI: z.object({ items: z.array(DownwardFile).default([]) }).optional(),
});
export type ProjectedSource = z.infer<typeof ProjectedSource>;

const DEFAULT_MODE = 0o644;

export const Volume = z.looseObject({
  name: z.string(),
  emptyDir: z.object({ medium: z.string().optional() }).optional(),
  hostPath: z.object({ path: z.string(), type: z.string().optional() }).optional(),
  configMap: ObjectRef.extend({ items: Items, defaultMode: z.int().default(DEFAULT_MODE) }).optional(),
  secret: z
    .object({
      secretName: z.string().default(''),
      optional: z.boolean().optional(),
      items: Items,
      defaultMode: z.int().default(DEFAULT_MODE),
    })
    .optional(),
  downwardAPI: z
    .object({ items: z.array(DownwardFile).default([]), defaultMode: z.int().default(DEFAULT_MODE) })
    .optional(),
  projected: z
    .object({ sources: z.array(ProjectedSource).default([]), defaultMode: z.int().default(DEFAULT_MODE) })
    .optional(),
});
export type Volume = z.infer<typeof Volume>;

const ContainerState = z.object({
  waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
  running: z.object({ startedAt: z.string().optional() }).optional(),
  terminated: z
    .object({
      exitCode: z.int(),
      signal: z.int().optional(),
      reason: z.string().optional(),
      message: z.string().optional(),
      startedAt: z.string().optional(),
      finishedAt: z.string().optional(),
      containerID: z.string().optional(),
    })
    .optional(),
});

export const ContainerStatus = z.object({
  name: z.string(),
  ready: z.boolean(),
  started: z.boolean().optional(),
  restartCount: z.int(),
  image: z.string(),
  imageID: z.string(),
  containerID: z.string().optional(),
  state: ContainerState.optional(),
  lastState: ContainerState.optional(),
});
export type ContainerStatus = z.infer<typeof ContainerStatus>;

export const PodCondition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
  lastTransitionTime: z.string().nullish(),
  lastProbeTime: z.string().nullish(),
  observedGeneration: z.int().optional(),
});
export type PodCondition = z.infer<typeof PodCondition>;

/** The part of a core/v1 Pod that a kubelet works from. */
export const AgentPod = z.object({
  metadata: ObjectMeta.extend({ deletionGracePeriodSeconds: z.int().optional() }),
  spec: z.object({
    nodeName: z.string().optional(),
    hostname: z.string().optional(),
    subdomain: z.string().optional(),
    hostNetwork: z.boolean().optional(),
    restartPolicy: z.enum(['Always', 'OnFailure', 'Never']).default('Always'),
    terminationGracePeriodSeconds: z.int().default(30),
    serviceAccountName: z.string().optional(),
    containers: z.array(Container).default([]),
    initContainers: z.array(Container).default([]),
    volumes: z.array(Volume).default([]),
    readinessGates: z.array(z.object({ conditionType: z.string() })).default([]),
  }),
  status: z
    .object({
      phase: z.string().optional(),
      startTime: z.string().optional(),
      podIP: z.string().optional(),
      conditions: z.array(PodCondition).default([]),
      initContainerStatuses: z.array(ContainerStatus).default([]),
      containerStatuses: z.array(ContainerStatus).default([]),
    })
    .default({ conditions: [], initContainerStatuses: [], containerStatuses: [] }),
});
export type AgentPod = z.infer<typeof AgentPod>;

/** Init containers first: the order in which they start. */
export function allContainers(pod: AgentPod): readonly Container[] {
  return [...pod.spec.initContainers, ...pod.spec.containers];
}

export function isSidecar(pod: AgentPod, container: Container): boolean {
  return container.restartPolicy === 'Always' && pod.spec.initContainers.includes(container);
}

/** A pod that has ended for good: nothing of it starts again. */
export function isOver(pod: AgentPod): boolean {
  return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
}
