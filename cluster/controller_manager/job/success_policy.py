"""Whether the indexes that succeeded are enough for the Job, by its successPolicy. Pure.

Upstream: ``pkg/controller/job/success_policy.go``.
"""

from __future__ import annotations

from cluster.controller_manager.job.intervals import Intervals, overlap, parse_intervals, total
from cluster.machinery.meta import Obj


def matched_rule(policy: Obj | None, completions: int, succeeded: Intervals) -> str:
    """Return the message of the condition for the first rule that is met, empty for none."""
    if not policy or not succeeded:
        return ""
    for index, rule in enumerate(policy.get("rules") or ()):
        if _is_met(rule, completions, succeeded):
            return f"Matched rules at index {index}"
    return ""


def _is_met(rule: Obj, completions: int, succeeded: Intervals) -> bool:
    count = rule.get("succeededCount")
    if rule.get("succeededIndexes") is None:
        return count is not None and total(succeeded) >= count
    required = parse_intervals(rule["succeededIndexes"], completions)
    if not required:
        return False
    reached = overlap(required, succeeded)
    return reached == total(required) or (count is not None and reached >= count)
