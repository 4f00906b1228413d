"""The ClusterRole aggregation controller. Upstream: ``pkg/controller/clusterroleaggregation``."""
