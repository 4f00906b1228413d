"""A small kernel for each container: processes, pipes, signals and files, as far as programs of lessons see them.

All of it is plain data that fits in JSON: a container's record holds its processes where they have stopped, and another process of the
simulation goes on with them there.
"""
