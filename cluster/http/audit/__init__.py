"""The audit log: who asked what of the API from outside, and what came of it, one JSON object a line.

A policy says of which requests how much is written. Requests of the simulation's own components do not pass here: the trace shows them.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/filters/audit.go``, ``.../plugin/pkg/audit/log/backend.go``.
"""
