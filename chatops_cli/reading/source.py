"""One YAML file read: its node tree, in which every node knows its place, and what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

from chatops_cli.model.problem import Place, Problem
from chatops_cli.reading.file import SIZE_LIMIT, oversize
from chatops_cli.reading.loader import LimitError, compose
from chatops_cli.reading.node import Mark, Node
from chatops_cli.reading.syntax import decoding_problem, syntax_problem
from chatops_cli.reading.tree import check_tree, place_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file's first document. `root` is None where it is empty or could not be read at all.

    The tree is safe to walk: no cycles, keys are single values, merge keys are resolved; of a
    repeated key the last one counts, as in StackStorm, and the problem names both.
    """

    file: str
    root: Node | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it but white space and comments."""
        return self.root is None and not self.problems

    def place(self, path: Sequence[str | int]) -> Place:
        """Where the value at a path of keys and indexes stands, or the nearest one above it."""
        node, parent = self.root, None
        for step in path:
            if node is None:
                break
            node, parent = _child(node, step), node
        found = node or parent
        return place_of(found, self.file) if found is not None else Place(file=self.file)


def parse(data: bytes, *, file: str, fast: bool = True) -> Source:
    """Text as a `Source`; whatever the bytes, nothing is raised.

    Args:
        data: The file's content, at most `SIZE_LIMIT` bytes.
        file: Its name in places.
        fast: Whether libyaml is used where PyYAML was built with it.
    """
    if len(data) > SIZE_LIMIT:
        return Source(file=file, problems=(oversize(file),))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return Source(file=file, problems=(decoding_problem(error, file=file),))
    from yaml import YAMLError

    try:
        return _read(data, file, fast=fast)
    except LimitError as error:
        return Source(file=file, problems=(_bomb(error, file),))
    except YAMLError as error:
        return Source(file=file, problems=(syntax_problem(error, text, file=file),))


def _read(data: bytes, file: str, *, fast: bool) -> Source:
    root, second = compose(data, fast=fast)
    problems = []
    if second is not None:
        problems.append(_second_document(second, data, file))
    if root is None or _is_null(root):
        return Source(file=file, problems=tuple(problems))
    problems.extend(check_tree(root, file=file, aliases=b"*" in data and b"&" in data))
    problems.sort(key=lambda problem: problem.place)
    return Source(file=file, root=root, problems=tuple(problems))


def _second_document(mark: Mark, data: bytes, file: str) -> Problem:
    # libyaml's mark stands on what follows the `---`, the other parser's on the line itself.
    before = data.splitlines()[: mark.line + 1]
    line = max((i for i, text in enumerate(before) if text.startswith(b"---")), default=mark.line)
    return Problem(
        place=Place(file=file, line=line + 1, column=1),
        rule="several-documents",
        message="a second document starts here; only the first is read",
        hint="make two files",
    )


def _child(node: Node, step: str | int) -> Node | None:
    if node.id == "mapping":
        return next((value for key, value in node.value if key.value == step), None)
    if node.id == "sequence" and isinstance(step, int) and 0 <= step < len(node.value):
        item: Node = node.value[step]
        return item
    return None


def _is_null(node: Node) -> bool:
    return node.id == "scalar" and node.tag == "tag:yaml.org,2002:null"


def _bomb(error: LimitError, file: str) -> Problem:
    place = place_of(error.node, file) if error.node is not None else Place(file=file)
    return Problem(
        place=place,
        rule="yaml-bomb",
        message=f"this YAML {error}; it is not read",
        hint="write it out, with fewer values and levels",
    )
