"""EndpointSlices: the addresses behind a Service in parts of a hundred. Upstream: ``pkg/controller/endpointslice``."""
