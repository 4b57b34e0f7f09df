"""What the interpreter of a Python action is started with; its own code is kept compiled."""

from st2common.runners.python_action import main

if __name__ == "__main__":  # a process that the action starts by multiprocessing imports this too
    main()
