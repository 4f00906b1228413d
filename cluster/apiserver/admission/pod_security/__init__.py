"""PodSecurity: the Pod Security Standards, asked for by labels of a namespace.

Upstream: ``staging/src/k8s.io/pod-security-admission/``.
"""
