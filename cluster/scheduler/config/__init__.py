"""The scheduler's configuration file: ``kind: KubeSchedulerConfiguration`` of ``kubescheduler.config.k8s.io/v1``."""
