"""The group ``apiextensions.k8s.io``. Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1/defaults.go``."""
