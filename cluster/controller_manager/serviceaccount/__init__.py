"""The ServiceAccount controller: every active namespace has a ServiceAccount ``default``."""
