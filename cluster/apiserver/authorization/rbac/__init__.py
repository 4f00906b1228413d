"""Role based access control. Upstream: ``plugin/pkg/auth/authorizer/rbac/``, ``pkg/registry/rbac/validation/``."""
