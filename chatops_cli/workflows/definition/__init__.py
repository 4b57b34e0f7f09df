"""The files of workflows, Orquesta and ActionChain, read into the model with all their mistakes."""
