"""The Deployment controller: ReplicaSets as revisions of a pod template, and the way from one to the next.

As upstream, the decisions are apart from the writes: ``strategy``, ``replica_sets``, ``annotations``, ``progress``,
``status``, ``scaling`` and ``rolling`` are pure; ``rollout`` writes; ``controller`` says what comes when.
"""
