"""Binds claims to volumes. Upstream: ``pkg/controller/volume/persistentvolume/``."""
