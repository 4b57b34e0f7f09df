"""Virtual environments of packs: what each needs, which are up to date, how they are built.

In the folder of the settings' `virtualenvs`, ``<ref>`` is a symbolic link to a generation beside
it, ``.<ref>.<digest>.<base>.<token>``. An environment holds its own path in the first lines of its
scripts, so it can't be built elsewhere and moved: each is built at a path of its own that nothing
else ever has, and then the link is replaced. Nobody sees half of one.
"""
