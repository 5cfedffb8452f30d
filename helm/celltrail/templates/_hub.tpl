{{/* The hub's file: what the values say over what the chart knows by itself. Both are settings of
     `celltrail_hub.deployment.settings`, under their names there. */}}
{{- define "celltrail.hubConfig" -}}
{{- $release := .Release.Name -}}
{{- $in := .Release.Namespace -}}
{{- $known := dict
  "hub" (dict
    "url" (printf "http://%s-hub.%s:8081" $release $in)
    "cookie_secret" (dict "env" "CELLTRAIL_COOKIE_SECRET"))
  "proxy" (dict "url" (printf "http://%s-routes.%s:8001" $release $in))
  "tracking" (dict "url" (printf "http://%s-tracking.%s:8765" $release $in))
  "servers" (dict
    "namespace" (include "celltrail.usersNamespace" .)
    "image" (include "celltrail.image" (dict "root" . "part" "notebook"))
    "image_pull_policy" .Values.images.pullPolicy
    "image_pull_secrets" .Values.images.pullSecrets)
-}}
{{- if .Values.profiles }}{{ $_ := set $known "profiles" "/etc/celltrail-profiles/profiles.yaml" }}{{ end -}}
{{- if .Values.hub.extraConfig }}{{ $_ := set $known "extra_config" "/etc/celltrail-extra" }}{{ end -}}
{{- if .Values.capacity.enabled }}{{ $_ := set $known "capacity_url" (printf "http://%s-capacity.%s:8090/capacity" $release $in) }}{{ end -}}
{{- if .Values.monitoring.enabled }}{{ $_ := set $known "services" (dict "prometheus" (dict
  "token" (dict "env" "CELLTRAIL_PROMETHEUS_TOKEN")
  "display" false
  "scopes" (list "read:metrics" "access:services!service=celltrail" "custom:celltrail:read")))
}}{{ end -}}
{{- toYaml (mustMergeOverwrite $known (deepCopy .Values.hub.config)) }}
{{- end }}

{{/* The path below which the hub is, without a slash at its end. */}}
{{- define "celltrail.basePath" -}}
{{- $url := .Values.hub.enabled | ternary .Values.hub.config.url .Values.externalHub.url -}}
{{ trimSuffix "/" (urlParse $url).path }}
{{- end }}

{{- define "celltrail.hubApiUrl" -}}
{{- if .Values.hub.enabled -}}
http://{{ .Release.Name }}-hub.{{ .Release.Namespace }}:8081{{ include "celltrail.basePath" . }}/hub/api
{{- else -}}
{{ .Values.externalHub.apiUrl }}
{{- end }}
{{- end }}

{{- define "celltrail.hubSecret" -}}
{{ .Values.hub.existingSecret | default (printf "%s-hub" .Release.Name) }}
{{- end }}

{{- define "celltrail.prometheusSecret" -}}
{{ .Values.monitoring.existingSecret | default (include "celltrail.hubSecret" .) }}
{{- end }}
