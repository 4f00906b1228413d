"""What kube-apiserver does beside serving: controllers of its own, which ask it as everybody does.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/apiserver.go`` (``AddPostStartHookOrDie``).
"""
