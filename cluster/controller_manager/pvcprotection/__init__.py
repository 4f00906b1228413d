"""Keeps claims that pods use. Upstream: ``pkg/controller/volume/pvcprotection/``."""
