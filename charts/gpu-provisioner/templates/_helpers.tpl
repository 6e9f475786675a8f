{{- define "gpu-provisioner.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $full .Values.fullnameOverride | trunc 43 | trimSuffix "-" -}}
{{- end -}}

{{- define "gpu-provisioner.serviceAccountName" -}}
{{- $made := ternary (include "gpu-provisioner.fullname" .) "default" .Values.serviceAccount.create -}}
{{- default $made .Values.serviceAccount.name -}}
{{- end -}}

{{- define "gpu-provisioner.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* Labels of every object; chart and version stay out of pod templates. */}}
{{- define "gpu-provisioner.labels" -}}
{{- $labels := dict
  "app.kubernetes.io/name" .Chart.Name
  "app.kubernetes.io/instance" .Release.Name
  "app.kubernetes.io/managed-by" .Release.Service
  "app.kubernetes.io/part-of" "kaito"
  "app.kubernetes.io/version" .Chart.AppVersion
  "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63) -}}
{{- toYaml (merge $labels .Values.additionalLabels) -}}
{{- end -}}

{{/* Annotations of every object, at their place in its metadata. */}}
{{- define "gpu-provisioner.annotations" -}}
{{- with .Values.additionalAnnotations }}
{{- print "\n" }}  annotations:
    {{- toYaml . | nindent 4 }}
{{- end }}
{{- end -}}

{{- define "gpu-provisioner.image" -}}
{{- $image := .Values.controller.image -}}
{{- if hasPrefix "mcr.microsoft.com/aks/kaito/" $image.repository -}}
{{- fail (printf "controller.image.repository: %s is the image of the Go original, which does not know this chart's arguments" $image.repository) -}}
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
{{- define "gpu-provisioner.affinity" -}}
{{- $affinity := deepCopy .Values.affinity -}}
{{- $own := dict "matchLabels" (include "gpu-provisioner.selectorLabels" . | fromYaml) -}}
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
{{- define "gpu-provisioner.flags" -}}
health-probe-bind-address: {{ printf ":%v" .Values.controller.healthProbe.port | quote }}
launch-ceiling: {{ .Values.controller.launchCeiling | quote }}
launch-timeout: {{ .Values.controller.launchTimeout | quote }}
leader-elect: {{ .Values.leaderElection.enabled | quote }}
log-level: {{ default .Values.logLevel .Values.controller.logLevel | quote }}
metrics-bind-address: {{ printf ":%v" .Values.controller.metrics.port | quote }}
registration-timeout: {{ .Values.controller.registrationTimeout | quote }}
request-timeout: {{ .Values.controller.requestTimeout | quote }}
time-scale: {{ .Values.controller.timeScale | quote }}
workers: {{ .Values.controller.workers | quote }}
{{- end -}}

{{/* Settings by variable, as the Go original reads them. */}}
{{- define "gpu-provisioner.variables" -}}
{{- with .Values.settings.azure -}}
ARM_AUDIENCE: {{ .armAudience | quote }}
ARM_ENDPOINT: {{ .armEndpoint | quote }}
ARM_RESOURCE_GROUP: {{ .resourceGroup | quote }}
ARM_SUBSCRIPTION_ID: {{ .subscriptionId | quote }}
AZURE_AUTHORITY_HOST: {{ .authorityHost | quote }}
AZURE_CLOUD: {{ .cloud | quote }}
AZURE_CLUSTER_NAME: {{ .clusterName | quote }}
AZURE_NODE_RESOURCE_GROUP: {{ .nodeResourceGroup | quote }}
LOCATION: {{ .location | quote }}
{{- end }}
{{- with .Values.workloadIdentity }}
{{- if eq $.Values.deploymentMode "managed" }}
AZURE_CLIENT_ID: {{ .clientId | quote }}
DEPLOYMENT_MODE: managed
{{- else if .projectToken }}
AZURE_CLIENT_ID: {{ .clientId | quote }}
AZURE_FEDERATED_TOKEN_FILE: /var/run/secrets/azure/tokens/azure-identity-token
AZURE_TENANT_ID: {{ .tenantId | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Empty when the object may be part of this release: it is absent, or already is. */}}
{{- define "gpu-provisioner.isForeign" -}}
{{- $found := lookup .apiVersion .kind "" .name -}}
{{- if $found -}}
{{- $marks := default dict $found.metadata.annotations -}}
{{- $isOurs := and (eq (get $marks "meta.helm.sh/release-name") .Release.Name) (eq (get $marks "meta.helm.sh/release-namespace") .Release.Namespace) -}}
{{- ternary "" "true" $isOurs -}}
{{- end -}}
{{- end -}}

{{/* What is needed and given neither by a value nor by a variable, with a command that finds it. */}}
{{- define "gpu-provisioner.missingValues" -}}
{{- $variables := list -}}
{{- range .Values.controller.env -}}
{{- $variables = append $variables .name -}}
{{- end -}}
{{- $azure := .Values.settings.azure -}}
{{- $identity := .Values.workloadIdentity -}}
{{- if not (or $azure.clusterName (has "AZURE_CLUSTER_NAME" $variables)) }}
settings.azure.clusterName: CLUSTER
{{- end }}
{{- if not (or $azure.resourceGroup (has "ARM_RESOURCE_GROUP" $variables)) }}
settings.azure.resourceGroup: RESOURCE_GROUP
{{- end }}
{{- if not (or $azure.subscriptionId (has "ARM_SUBSCRIPTION_ID" $variables) (has "AZURE_SUBSCRIPTION_ID" $variables)) }}
settings.azure.subscriptionId: '"$(az account show --query id --output tsv)"'
{{- end }}
{{- if not (or $azure.location (has "LOCATION" $variables)) }}
settings.azure.location: '"$(az aks show --resource-group RESOURCE_GROUP --name CLUSTER --query location --output tsv)"'
{{- end }}
{{- if eq .Values.deploymentMode "managed" }}{{/* the platform knows */}}
{{- else }}
{{- if not (or $identity.clientId (has "AZURE_CLIENT_ID" $variables) (hasKey .Values.serviceAccount.annotations "azure.workload.identity/client-id")) }}
workloadIdentity.clientId: '"$(az identity show --resource-group RESOURCE_GROUP --name IDENTITY --query clientId --output tsv)"'
{{- end }}
{{- if not (or $identity.tenantId (has "AZURE_TENANT_ID" $variables) (hasKey .Values.serviceAccount.annotations "azure.workload.identity/tenant-id")) }}
workloadIdentity.tenantId: '"$(az account show --query tenantId --output tsv)"'
{{- end }}
{{- end }}
{{- end -}}

{{/* What each value of the Go original's chart does that is accepted and changes nothing. */}}
{{- define "gpu-provisioner.ignoredValues" -}}
logEncoding: logs are lines of JSON
webhook: this release has no webhook
controller.errorOutputPaths: logs go to standard output
controller.logEncoding: logs are lines of JSON
controller.outputPaths: logs go to standard output
settings.batchIdleDuration: claims are not batched
settings.batchMaxDuration: claims are not batched
settings.featureGates: there are none
settings.azure.clusterEndpoint: Azure is asked, not the cluster
settings.azure.nodeResourceGroup: nodes are found without it
settings.azure.tags: pools carry the tags of this release
settings.azure.vmMemoryOverheadPercent: capacity is read from the node
{{- end -}}
