"""How long the runtime takes for what is not written in an image's row. Simulated seconds; here and nowhere else."""

RUN_POD_SANDBOX = 0.3
"""Namespaces and the pause process; the network plugin is asked at the end of it."""
CHECK_IMAGE = 0.3
"""Asking the registry about an image whose layers are here already (imagePullPolicy: Always)."""
FAIL_PULL = 0.8
"""Until the registry has refused an image."""
