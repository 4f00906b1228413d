"""kube-scheduler in small: which node should a new pod run on?

A queue of pods that wait, a cache of what the nodes have left, plugins that filter and score nodes, and a binding.
Upstream: ``pkg/scheduler``.
"""
