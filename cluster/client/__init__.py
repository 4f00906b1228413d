"""What a component uses to talk to the API server: client-go in small.

Hops of requests and of watch events are recorded here and nowhere in the components.
Upstream: ``staging/src/k8s.io/client-go``.
"""
