{{/* What the tracking server, its migration and its backup share. */}}

{{/* Whether the server keeps something on a volume: SQLite, or artifacts. */}}
{{- define "celltrail.trackingClaim" -}}
{{- if or (eq .Values.tracking.database.kind "sqlite") (not .Values.tracking.artifacts.url) }}true{{ end }}
{{- end }}

{{/* The environment that says where database and artifacts are. */}}
{{- define "celltrail.trackingStore" -}}
{{- $values := .Values.tracking -}}
- name: HOME
  value: /tmp
{{- if eq $values.database.kind "postgresql" }}
{{- if .Values.postgresql.enabled }}
- name: PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ .Release.Name }}-postgresql
      key: password
- name: CELLTRAIL_DATABASE
  value: postgresql://celltrail:$(PASSWORD)@{{ .Release.Name }}-postgresql:5432/celltrail
{{- else }}
- name: CELLTRAIL_DATABASE
  valueFrom:
    secretKeyRef:
      name: {{ $values.database.secret.name }}
      key: {{ $values.database.secret.key }}
{{- end }}
{{- end }}
{{- with $values.artifacts.url }}
- name: CELLTRAIL_ARTIFACTS
  value: {{ . | quote }}
{{- end }}
{{- range $name, $value := $values.env }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{- define "celltrail.trackingMounts" -}}
- name: tmp
  mountPath: /tmp
- name: data
  mountPath: /data
{{- if and (eq .Values.tracking.database.kind "postgresql") (include "celltrail.trackingClaim" .) }}
- name: blobs
  mountPath: /data/blobs
{{- end }}
{{- end }}

{{- define "celltrail.trackingVolumes" -}}
{{- $claim := printf "{persistentVolumeClaim: {claimName: %s-tracking}}" .Release.Name | fromYaml -}}
- name: tmp
  emptyDir: {}
{{- if eq .Values.tracking.database.kind "sqlite" }}
- name: data
  {{- toYaml $claim | nindent 2 }}
{{- else }}
- name: data
  emptyDir: {}
{{- if include "celltrail.trackingClaim" . }}
- name: blobs
  {{- toYaml $claim | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{/* Labels of a pod that reaches the database and the artifacts. */}}
{{- define "celltrail.storeSelector" -}}
{{ include "celltrail.selector" . }}
celltrail/store: "true"
{{- end }}
