"""The node authorizer. Upstream: ``plugin/pkg/auth/authorizer/node/``."""
