"""Registers the cluster's models with Django."""

from django.apps import AppConfig


class ClusterConfig(AppConfig):
    """The simulated cluster's application."""

    name = "cluster"
    default_auto_field = "django.db.models.BigAutoField"
