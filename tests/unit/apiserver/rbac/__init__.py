"""RBAC kinds."""
