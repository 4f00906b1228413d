"""The pods that a Job makes. Pure.

Each is held by the tracking finalizer. A pod of an Indexed Job has its index in its name, as annotation, label, host name and in
the environment variable ``JOB_COMPLETION_INDEX``. Upstream: ``pkg/controller/job/indexed_job_utils.go``, ``job_controller.go``.
"""

from __future__ import annotations

from cluster.controller_manager.base import copy_of
from cluster.controller_manager.controller_ref import reference_to
from cluster.controller_manager.job.indexed import failure_annotations
from cluster.controller_manager.job.spec import COMPLETION_INDEX, TRACKING_FINALIZER, has_limit_per_index
from cluster.controller_manager.pod_control import pod_from_template
from cluster.machinery.kinds.batch import JOBS
from cluster.machinery.meta import Obj

MAX_GENERATED_NAME_LENGTH = 58
"""Characters of a name before its five random ones."""
INDEX_VARIABLE = "JOB_COMPLETION_INDEX"


def generate_name(job_name: str, index: int) -> str:
    """Return what the name of an index's pod begins with: cut in the Job's part when it is too long."""
    ending = f"-{index}-"
    return job_name[: MAX_GENERATED_NAME_LENGTH - len(ending)] + ending


def job_pod(job: Obj, index: int | None = None, replaced: Obj | None = None) -> Obj:
    """Return the pod to create. ``index``: of an Indexed Job; ``replaced``: the index's failed pod, if it had one."""
    pod = copy_of(pod_from_template(job["spec"]["template"], job, reference_to(job, JOBS)))
    meta = pod["metadata"]
    finalizers = meta.get("finalizers") or []
    meta["finalizers"] = finalizers if TRACKING_FINALIZER in finalizers else [*finalizers, TRACKING_FINALIZER]
    if index is None:
        return pod
    own = {COMPLETION_INDEX: str(index)}
    counts = failure_annotations(job, replaced) if has_limit_per_index(job) else {}
    meta["generateName"] = generate_name(job["metadata"]["name"], index)
    meta["annotations"] = {**(meta.get("annotations") or {}), **own, **counts}
    meta["labels"] = (meta.get("labels") or {}) | own
    pod["spec"]["hostname"] = f"{job['metadata']['name']}-{index}"
    for container in (*(pod["spec"].get("initContainers") or ()), *pod["spec"]["containers"]):
        _add_variable(container)
    return pod


def _add_variable(container: Obj) -> None:
    variables = container.get("env") or []
    if all(variable["name"] != INDEX_VARIABLE for variable in variables):
        source = {"fieldRef": {"fieldPath": f"metadata.labels['{COMPLETION_INDEX}']"}}
        container["env"] = [*variables, {"name": INDEX_VARIABLE, "valueFrom": source}]
