import { AZURE, cloudScale, simulatorEndpoint } from '@kaito/local-cloud';
import type { LocalCluster } from '@kaito/local-cloud';

/** The ConfigMap with the authority of the simulated Azure's certificate. */
export const AUTHORITY = { configMap: 'simulated-azure', key: 'ca.crt' } as const;

const AUTHORITY_FOLDER = '/etc/simulated-azure';

/** How the charts are told of this cluster's stand-ins; everything else stays as it comes. */
export function workspaceValues({ wiring }: LocalCluster) {
  return { inference: { hfEndpoint: `http://127.0.0.1:${wiring.hubPort}` } };
}

export function provisionerValues({ wiring }: LocalCluster) {
  const { tenantId, clientId, ...azure } = AZURE;
  return {
    settings: { azure: { ...azure, armEndpoint: simulatorEndpoint(wiring), authorityHost: simulatorEndpoint(wiring) } },
    workloadIdentity: { tenantId, clientId, projectToken: true },
    controller: {
      timeScale: cloudScale(wiring),
      env: [{ name: 'NODE_EXTRA_CA_CERTS', value: `${AUTHORITY_FOLDER}/${AUTHORITY.key}` }],
      extraVolumeMounts: [{ name: 'simulated-azure', mountPath: AUTHORITY_FOLDER, readOnly: true }],
    },
    extraVolumes: [{ name: 'simulated-azure', configMap: { name: AUTHORITY.configMap } }],
  };
}

/** A good part of what can be set, for a look at what the templates make of it. */
export const RICH_WORKSPACE_VALUES = {
  replicaCount: 3,
  image: { registry: 'registry.example.com', digest: `sha256:${'0'.repeat(64)}` },
  imagePullSecrets: [{ name: 'pull' }],
  logging: { level: 'debug' },
  commonLabels: { team: 'models' },
  podAnnotations: { 'example.com/note': 'text with "quotes"' },
  tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'system', effect: 'NoSchedule' }],
  podDisruptionBudget: { minAvailable: 1 },
  networkPolicy: { egress: { enabled: true }, ingressFrom: [{ namespaceSelector: {} }] },
  inference: { catalogConfigMap: 'presets' },
  nodeProvisioner: 'karpenter',
  nodeRequirements: { 'karpenter.sh/capacity-type': 'on-demand' },
  env: [{ name: 'NO_PROXY', value: '10.0.0.0/8' }],
  crds: { keep: false },
};

export const RICH_PROVISIONER_VALUES = {
  replicas: 2,
  controller: { image: { repository: 'registry.example.com:5000/team/gpu-provisioner', tag: '0.1.0-rc.1' } },
  settings: {
    azure: { clusterName: 'c', resourceGroup: 'g', subscriptionId: AZURE.subscriptionId, location: 'westeurope' },
  },
  workloadIdentity: { clientId: AZURE.clientId, tenantId: AZURE.tenantId, projectToken: true },
  serviceAccount: { annotations: { 'azure.workload.identity/client-id': 'i' } },
  networkPolicy: { egress: { enabled: true } },
  podDisruptionBudget: { minAvailable: '50%' },
  additionalLabels: { team: 'models' },
};
