"""The group ``batch``."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.batch import cronjob, job
from cluster.apiserver.printers.columns import Printer
from cluster.machinery.kinds.batch import CRONJOBS, JOBS
from cluster.machinery.kinds.model import Kind

PRINTERS: Mapping[Kind, Printer] = {CRONJOBS: cronjob.PRINTER, JOBS: job.PRINTER}
