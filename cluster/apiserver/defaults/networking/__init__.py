"""The group ``networking.k8s.io``. Upstream: ``pkg/apis/networking/v1/defaults.go``."""
