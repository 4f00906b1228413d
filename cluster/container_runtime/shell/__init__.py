"""The shell of simulated containers: what ``sh -c`` of busybox, dash and, where lessons use it, bash understands.

A script is parsed (``parser``) into ``syntax``, compiled (``compiler``) into a flat list of instructions, and run by ``machine``, whose
whole memory is JSON: a place in that list, variables, loops. So a script can be stopped between any two instructions, kept with its
container, and go on in another process.

Python has parsers of shell, and none fits: bashlex is GPL, tree-sitter's grammar is made for editors (it accepts broken text, and knows
``[`` as syntax and not as a command), others are unkept. The words of errors are those of busybox' ash.
"""
