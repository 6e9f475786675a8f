import { optionLines } from '@kaito/controller-runtime';

import { IGNORED_VARIABLES, OPTIONS } from './options.ts';

export function helpText(): string {
  return `Makes the Nodes that Machines and NodeClaims ask for: one AKS agent pool of one VM for each.

Examples
  # in a pod with a workload identity; the webhook of Azure Workload Identity sets AZURE_TENANT_ID, AZURE_CLIENT_ID
  # and AZURE_FEDERATED_TOKEN_FILE
  AZURE_SUBSCRIPTION_ID=… ARM_RESOURCE_GROUP=gpu AZURE_CLUSTER_NAME=prod LOCATION=eastus gpu-provisioner

  # in Azure China, with the managed identity of the node
  gpu-provisioner --azure-cloud=AzureChina --deployment-mode=managed …

  # against a simulated Azure that is ten times as fast; NODE_EXTRA_CA_CERTS names the certificate of its authority
  NODE_EXTRA_CA_CERTS=ca.crt KUBECONFIG=~/.kube/config gpu-provisioner --time-scale=0.1 \\
    --arm-endpoint=https://127.0.0.1:8443 --authority-host=https://127.0.0.1:8443 …

  # what it then works on
  kubectl apply -f - <<EOF
  apiVersion: karpenter.sh/v1alpha5
  kind: Machine
  metadata:
    name: gpu1                    # becomes the agent pool's name
    labels:
      kaito.sh/workspace: phi-3   # without it, or kaito.sh/ragengine, a Machine is not touched
  spec:
    requirements:
      - {key: node.kubernetes.io/instance-type, operator: In, values: [Standard_NC24ads_A100_v4]}
    resources:
      requests: {storage: 120Gi}  # the OS disk
  EOF
  kubectl get machine gpu1 --watch

  # the same as a NodeClaim: the first size that can be had, spot where there is some
  kubectl apply -f - <<EOF
  apiVersion: karpenter.sh/v1
  kind: NodeClaim
  metadata:
    name: gpu2
  spec:
    nodeClassRef: {group: kaito.sh, kind: KaitoNodeClass, name: default}  # or a label of Kaito
    requirements:
      - key: node.kubernetes.io/instance-type
        operator: In
        values: [Standard_NC24ads_A100_v4, Standard_NC6s_v3]
      - {key: karpenter.sh/capacity-type, operator: In, values: [spot, on-demand]}
    expireAfter: Never
  EOF

  # what bills without an owner: gpu-provisioner leaks --help
  gpu-provisioner leaks

Flags [environment variable that is read when the flag is absent]
${optionLines(OPTIONS)}

Also
  --help, -h  this text
  --version   the version
  KUBECONFIG  the cluster, outside a pod
  IDENTITY_ENDPOINT, IDENTITY_HEADER
              who vouches for a managed identity, where it is not the metadata service of the machine
  HTTPS_PROXY, NO_PROXY, NODE_EXTRA_CA_CERTS
              are heeded on the way to Azure; NO_PROXY takes hosts and .suffixes

Variables of the Go gpu-provisioner that may stay set and change nothing
${columns(IGNORED_VARIABLES)}
`;
}

/** Words, a comma between them, in lines of at most 110 characters. */
function columns(words: readonly string[]): string {
  const lines = ['  '];
  for (const word of words) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length > 108) {
      lines.push(`  ${word},`);
    } else {
      lines[lines.length - 1] = `${line}${line === '  ' ? '' : ' '}${word},`;
    }
  }
  return lines.join('\n').replace(/,$/u, '');
}
