{{- define "workspace.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $full .Values.fullnameOverride | trunc 43 | trimSuffix "-" -}}
{{- end -}}

{{- define "workspace.serviceAccountName" -}}
{{- $made := ternary (printf "%s-sa" (include "workspace.fullname" .)) "default" .Values.serviceAccount.create -}}
{{- default $made .Values.serviceAccountName -}}
{{- end -}}

{{- define "workspace.selectorLabels" -}}
{{- if .Values.selectorLabels -}}
{{- toYaml .Values.selectorLabels -}}
{{- else -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}
{{- end -}}

{{/* Labels of every object but the device plugin's; chart and version stay out of pod templates. */}}
{{- define "workspace.labels" -}}
{{- $own := include "workspace.selectorLabels" . | fromYaml -}}
{{- toYaml (merge $own (include "workspace.releaseLabels" . | fromYaml)) -}}
{{- end -}}

{{- define "workspace.releaseLabels" -}}
{{- $labels := dict
  "app.kubernetes.io/instance" .Release.Name
  "app.kubernetes.io/managed-by" .Release.Service
  "app.kubernetes.io/part-of" "kaito"
  "app.kubernetes.io/version" .Chart.AppVersion
  "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63) -}}
{{- toYaml (merge $labels .Values.commonLabels) -}}
{{- end -}}

{{/* Annotations of every object, at their place in its metadata. */}}
{{- define "workspace.annotations" -}}
{{- with .Values.commonAnnotations }}
{{- print "\n" }}  annotations:
    {{- toYaml . | nindent 4 }}
{{- end }}
{{- end -}}

{{- define "workspace.image" -}}
{{- $image := .Values.image -}}
{{- if hasPrefix "mcr.microsoft.com/aks/kaito/" $image.repository -}}
{{- fail (printf "image.repository: %s is the image of the Go original, which does not know this chart's arguments" $image.repository) -}}
{{- end -}}
{{- $host := regexMatch "^([^/]*[.:][^/]*|localhost)/" $image.repository -}}
{{- $name := ternary $image.repository (printf "%s/%s" $image.registry $image.repository) (or $host (empty $image.registry)) -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $name $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (default .Chart.AppVersion $image.tag) -}}
{{- end -}}
{{- end -}}

{{/* A pod affinity without a labelSelector means the controller's own pods. */}}
{{- define "workspace.affinity" -}}
{{- $affinity := deepCopy .Values.affinity -}}
{{- $own := dict "matchLabels" (include "workspace.selectorLabels" . | fromYaml) -}}
{{- range $rules := list $affinity.podAffinity $affinity.podAntiAffinity -}}
{{- range $term := (default dict $rules).requiredDuringSchedulingIgnoredDuringExecution -}}
{{- $_ := set $term "labelSelector" (default $own $term.labelSelector) -}}
{{- end -}}
{{- range $weighted := (default dict $rules).preferredDuringSchedulingIgnoredDuringExecution -}}
{{- $_ := set $weighted.podAffinityTerm "labelSelector" (default $own $weighted.podAffinityTerm.labelSelector) -}}
{{- end -}}
{{- end -}}
{{- toYaml $affinity -}}
{{- end -}}

{{/* Settings of the controller by flag; the empty ones are left to its defaults. */}}
{{- define "workspace.flags" -}}
{{- $gates := list -}}
{{- range $name, $on := .Values.featureGates -}}
{{- $gates = append $gates (printf "%s=%v" $name $on) -}}
{{- end -}}
{{- $requirements := list -}}
{{- range $label, $value := .Values.nodeRequirements -}}
{{- $requirements = append $requirements (printf "%s=%s" $label $value) -}}
{{- end -}}
cloud-provider: {{ .Values.cloudProviderName | quote }}
feature-gates: {{ join "," $gates | quote }}
health-probe-bind-address: {{ printf ":%v" .Values.healthProbe.port | quote }}
hf-endpoint: {{ .Values.inference.hfEndpoint | quote }}
image-registry: {{ .Values.image.registry | quote }}
image-version: {{ .Values.inference.version | quote }}
inference-images: {{ .Values.inference.images | quote }}
leader-elect: {{ .Values.leaderElection.enabled | quote }}
log-level: {{ .Values.logging.level | quote }}
machine-ready-timeout: {{ .Values.controller.machineReadyTimeout | quote }}
machine-retry-delay: {{ .Values.controller.machineRetryDelay | quote }}
machine-retry-max-delay: {{ .Values.controller.machineRetryMaxDelay | quote }}
metrics-bind-address: {{ printf ":%v" .Values.metrics.port | quote }}
node-class: {{ .Values.nodeClass | quote }}
node-provisioner: {{ .Values.nodeProvisioner | quote }}
node-requirements: {{ join "," $requirements | quote }}
{{- with include "workspace.karpenterFlags" . }}
{{ . }}
{{- end }}
default-node-image-family: {{ .Values.defaultNodeImageFamily | quote }}
preset-registry-name: {{ .Values.presetRegistryName | quote }}
scheduling-timeout: {{ .Values.controller.schedulingTimeout | quote }}
workers: {{ .Values.controller.workers | quote }}
{{- if .Values.inference.catalogConfigMap }}
catalog: /etc/kaito/presets.yaml
{{- end }}
{{- end -}}

{{/* The provider whose classes NodePools are made of; empty: they are not, or `nodeClass` says of what. */}}
{{- define "workspace.karpenter" -}}
{{- if and (has .Values.nodeProvisioner (list "karpenter" "nodepool")) (not .Values.nodeClass) -}}
{{- $provider := get .Values.karpenterProviders .Values.karpenterProvider -}}
{{- if not $provider -}}
{{- fail (printf "karpenterProvider: there is no %s among karpenterProviders" .Values.karpenterProvider) -}}
{{- end -}}
{{- toYaml $provider -}}
{{- end -}}
{{- end -}}

{{- define "workspace.karpenterFlags" -}}
{{- with include "workspace.karpenter" . | fromYaml -}}
{{- $classes := list -}}
{{- range .nodeClasses -}}
{{- $classes = append $classes (dict "name" .name "default" (default false .default)) -}}
{{- end -}}
karpenter-node-class-group: {{ .group | quote }}
karpenter-node-class-kind: {{ .kind | quote }}
karpenter-node-class-resource-name: {{ .resourceName | quote }}
{{- with $classes }}
karpenter-node-classes: {{ toJson . | quote }}
{{- end }}
{{- end -}}
{{- end -}}

{{/* The CRD that the controller looks for when it starts; empty: none. */}}
{{- define "workspace.nodeClassCrd" -}}
{{- $ofCloud := dict "azure" "aksnodeclasses.karpenter.azure.com" "aws" "ec2nodeclasses.karpenter.k8s.aws" -}}
{{- $provider := include "workspace.karpenter" . | fromYaml -}}
{{- if and .Values.nodeClass (ne .Values.nodeClass "kaito") -}}
{{- $parts := splitList "/" .Values.nodeClass -}}
{{- $kind := lower (index $parts 1) -}}
{{- printf "%s%s.%s" $kind (ternary "es" "s" (regexMatch "(s|x|ch|sh)$" $kind)) (first $parts) -}}
{{- else if $provider -}}
{{- printf "%s.%s" $provider.resourceName $provider.group -}}
{{- else if eq (toString .Values.featureGates.Karpenter) "true" -}}
{{- get $ofCloud .Values.cloudProviderName -}}
{{- end -}}
{{- end -}}

{{/* Empty when the object may be part of this release: it is absent, or already is. */}}
{{- define "workspace.isForeign" -}}
{{- $found := lookup .apiVersion .kind "" .name -}}
{{- if $found -}}
{{- $marks := default dict $found.metadata.annotations -}}
{{- $isOurs := and (eq (get $marks "meta.helm.sh/release-name") .Release.Name) (eq (get $marks "meta.helm.sh/release-namespace") .Release.Namespace) -}}
{{- ternary "" "true" $isOurs -}}
{{- end -}}
{{- end -}}

{{/* What each value of the Go original's chart does that is accepted and changes nothing. */}}
{{- define "workspace.ignoredValues" -}}
clusterName: nothing reads it
defaultModelMirrorStorageClass: this release has no ModelMirror
defaultStreamingServiceAccount: this release does not stream weights
flux2: no sub-chart is needed
gpu-feature-discovery: no sub-chart is needed
inferenceSetClusterRoleBindingName: this release has no InferenceSet
inferenceSetClusterRoleName: this release has no InferenceSet
local-csi-driver: no sub-chart is needed
localCSIDriver: weights are kept in the pod's own volume
loggingConfigMapName: logging.level sets the level
modelMirrorDownloadCPU: this release has no ModelMirror
modelMirrorDownloadMemory: this release has no ModelMirror
presetBaseImageName: image.registry and inference.version name our own images
presetBaseImageTag: image.registry and inference.version name our own images
presetBaseRegistryName: image.registry and inference.version name our own images
productionstack: no sub-chart is needed
spotInstance: this release buys no spot VMs
webhook: this release has no webhook
{{- end -}}
