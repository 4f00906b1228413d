"""Preemption: a pod for which there is no room may take the place of pods that matter less.

On every node where that could help, the pods of lower priority are taken away in thought and put back one by one, the
most important first, as long as the new pod still fits: who does not come back would be a victim. Of the nodes the one is chosen
where it costs least.

Upstream: ``pkg/scheduler/framework/preemption/preemption.go``, ``.../plugins/defaultpreemption/default_preemption.go``.
"""
