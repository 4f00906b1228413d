"""The controller of CronJobs. Upstream: ``pkg/controller/cronjob``."""
