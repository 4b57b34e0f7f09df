"""What is inspected."""

from chatops_cli.model.frozen import frozen
from chatops_cli.model.workflow import Workflow
from chatops_cli.workflows.definition.places import Places
from chatops_cli.workflows.graph import Graph


@frozen
class Subject:
    """A workflow with its graph and its places."""

    workflow: Workflow
    graph: Graph
    places: Places
