"""The simulated containerd: sandboxes, images and containers that take simulated time and run no code.

What a container does is read from its image's row (``images.py``), its command (``command.py``) and its pod's
annotations (``behaviour.py``), never guessed.
"""
