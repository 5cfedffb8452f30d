{{/* Pieces of networkpolicies.yaml. */}}

{{- define "celltrail.policy" }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "celltrail.metadata" . | nindent 2 }}
spec:
{{- end }}

{{- define "celltrail.pods" -}}
podSelector:
  matchLabels:
    {{- include "celltrail.selector" . | nindent 4 }}
{{- end }}

{{- define "celltrail.toDns" }}
    - to:
        {{- toYaml .Values.network.dns | nindent 8 }}
      ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
{{- end }}

{{- define "celltrail.toInternet" }}
    - to:
        - ipBlock:
            cidr: 0.0.0.0/0
            except:
              {{- range concat .Values.network.private .Values.network.cluster }}
              {{- if not (contains ":" .) }}
              - {{ . }}
              {{- end }}
              {{- end }}
        - ipBlock:
            cidr: ::/0
            except:
              {{- range concat .Values.network.private .Values.network.cluster }}
              {{- if contains ":" . }}
              - {{ . }}
              {{- end }}
              {{- end }}
{{- end }}

{{- define "celltrail.toApiServer" }}
    - ports:
        {{- range .Values.network.apiServerPorts }}
        - {port: {{ . }}}
        {{- end }}
      {{- with .Values.network.apiServer }}
      to:
        {{- range . }}
        - ipBlock: {cidr: {{ . }}}
        {{- end }}
      {{- end }}
{{- end }}
