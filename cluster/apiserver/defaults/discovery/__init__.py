"""The group ``discovery.k8s.io``. Upstream: ``pkg/apis/discovery/v1/defaults.go``."""
