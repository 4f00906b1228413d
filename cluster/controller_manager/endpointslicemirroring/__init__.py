"""EndpointSlices of Endpoints that people write. Upstream: ``pkg/controller/endpointslicemirroring``."""
