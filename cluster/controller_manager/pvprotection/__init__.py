"""Keeps volumes that are bound. Upstream: ``pkg/controller/volume/pvprotection/``."""
