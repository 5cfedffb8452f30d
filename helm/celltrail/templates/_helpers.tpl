{{/* Names and labels. An object of the part `hub` of the release `celltrail` is `celltrail-hub`. */}}
{{- define "celltrail.labels" -}}
{{ include "celltrail.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "celltrail.selector" -}}
app.kubernetes.io/name: celltrail
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{/* metadata of an object: {root, part}, and optionally name, namespace, annotations. */}}
{{- define "celltrail.metadata" -}}
name: {{ .name | default (printf "%s-%s" .root.Release.Name .part) }}
namespace: {{ .namespace | default .root.Release.Namespace }}
labels:
  {{- include "celltrail.labels" . | nindent 2 }}
{{- with .annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Where users' servers are. */}}
{{- define "celltrail.usersNamespace" -}}
{{ .Values.users.namespace | default (printf "%s-users" .Release.Namespace) }}
{{- end }}

{{/* {root, part}: the part's own image, or the one of the images' prefix and tag. The proxy is in the hub's. */}}
{{- define "celltrail.image" -}}
{{- $images := .root.Values.images -}}
{{- $part := get (dict "proxy" (empty $images.proxy | ternary "hub" "proxy") "test" "hub" "capacity" "hub" "backup" "tracking" "migrate" "tracking") .part | default .part -}}
{{ get $images $part | default (printf "%s%s:%s" $images.prefix $part ($images.tag | default .root.Chart.AppVersion)) }}
{{- end }}

{{- define "celltrail.imageOf" -}}
image: {{ include "celltrail.image" . | quote }}
imagePullPolicy: {{ .root.Values.images.pullPolicy }}
{{- end }}

{{/* What Pod Security's `restricted` asks of a pod, and of each container. */}}
{{- define "celltrail.pod" -}}
{{- with .root.Values.images.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{- define "celltrail.container" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}

{{/* {nodeSelector, tolerations, affinity} of a part. */}}
{{- define "celltrail.placement" -}}
{{- range $key := list "nodeSelector" "tolerations" "affinity" }}
{{- with get $.part $key }}
{{ $key }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{/* {root, part, size, storageClass, accessMode}: a volume that outlives the release. */}}
{{- define "celltrail.claim" -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  {{- include "celltrail.metadata" (merge (dict "annotations" (dict "helm.sh/resource-policy" "keep")) .) | nindent 2 }}
spec:
  accessModes: [{{ .volume.accessMode | default "ReadWriteOnce" }}]
  {{- with .volume.storageClass }}
  storageClassName: {{ . | quote }}
  {{- end }}
  resources:
    requests:
      storage: {{ .volume.size }}
{{- end }}

{{/* {root, part, resources, verbs}: what the account of a part may do in the whole cluster. */}}
{{- define "celltrail.clusterRole" -}}
{{- $name := printf "%s-%s-%s" .root.Release.Namespace .root.Release.Name .part -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ $name }}
  labels:
    {{- include "celltrail.labels" . | nindent 4 }}
rules:
  - apiGroups: [""]
    resources: {{ .resources | toJson }}
    verbs: {{ .verbs | toJson }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ $name }}
  labels:
    {{- include "celltrail.labels" . | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ $name }}
subjects:
  - kind: ServiceAccount
    name: {{ .root.Release.Name }}-{{ .part }}
    namespace: {{ .root.Release.Namespace }}
{{- end }}

{{/* {root, part}: that nodes are emptied of a part's pods one after another. */}}
{{- define "celltrail.budget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "celltrail.metadata" . | nindent 2 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "celltrail.selector" . | nindent 6 }}
{{- end }}

{{/* {root, name, keys}: a Secret of random values, each made once and kept: over upgrades, and over
     an uninstall too, since what is on kept volumes knows them. */}}
{{- define "celltrail.secret" -}}
{{- $there := lookup "v1" "Secret" .root.Release.Namespace .name | default dict -}}
apiVersion: v1
kind: Secret
metadata:
  {{- include "celltrail.metadata" (merge (dict "annotations" (dict "helm.sh/resource-policy" "keep")) .) | nindent 2 }}
data:
  {{- range .keys }}
  {{ . }}: {{ dig "data" . "" $there | default (randBytes 32 | b64dec | printf "%x" | b64enc) }}
  {{- end }}
{{- end }}
