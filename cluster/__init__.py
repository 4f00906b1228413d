"""The simulated cluster: every box of the course's diagram is a folder here.

Read ``docs/architecture.md`` first; it says which folder may import which, and why.
"""
