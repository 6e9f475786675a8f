import { optionLines } from '@kaito/controller-runtime';

import { OPTIONS } from './options.ts';

export function helpText(): string {
  return `Brings up the GPU nodes and the model server of every Workspace in a cluster.

Examples
  # in a pod: reaches the API server with the pod's service account
  workspace-controller

  # from a shell, with the cluster of a kubeconfig, and everything it does on the screen
  KUBECONFIG=~/.kube/config workspace-controller --log-level=debug --leader-elect=false

  # with the images that the Go releases published, from a registry of one's own
  workspace-controller --inference-images=kaito --preset-registry-name=registry.example.com/kaito

  # what it then works on
  kubectl apply -f - <<EOF
  apiVersion: kaito.sh/v1alpha1
  kind: Workspace
  metadata:
    name: workspace-phi-3-mini
  resource:
    instanceType: Standard_NC6s_v3
    labelSelector:
      matchLabels:
        apps: phi-3
  inference:
    preset:
      name: phi-3-mini-4k-instruct
  EOF
  kubectl get workspace workspace-phi-3-mini -o wide --watch

Flags [environment variable that is read when the flag is absent]
${optionLines(OPTIONS)}

Also
  --help, -h  this text
  --version   the version
  KUBECONFIG  the cluster, outside a pod
`;
}
