"""The modules that packs' own code imports: this folder is on the path of action processes.

Nothing here imports `chatops_cli`, nor anything but the standard library of Python 3.8 and later:
a pack's virtual environment has its own interpreter.
"""
