"""Custom resources: kinds that a cluster serves because a CustomResourceDefinition says so.

The real API server has a server of its own for them behind the built-in one. Here each served version of a definition becomes
a kind like any other, with a strategy, a codec, a printer and published definitions that are made from its structural schema.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/``.
"""
