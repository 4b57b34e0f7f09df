"""Rules about files, their YAML, keys and values, under which other parts report."""

from chatops_cli.validation.fixing import lines, words
from chatops_cli.validation.rule import Rule

RULES = (
    Rule(
        code="YAM001",
        name="unreadable",
        summary="the system does not let the file or folder be read",
        why="what is in it is not known, so what it defines is missing in the room",
        mend="mend its permissions or the link",
    ),
    Rule(
        code="YAM002",
        name="not-a-file",
        summary="a folder, pipe or device has the name of a YAML file",
        why="only files are read, so what it should define is missing",
        mend="rename it",
    ),
    Rule(
        code="YAM003",
        name="oversize",
        summary="the file is longer than 5 MB",
        why="such a file is data, not configuration; reading it would hold up every start",
        mend="keep data out of these folders",
    ),
    Rule(
        code="YAM004",
        name="empty-file",
        summary="there is nothing in it, or only comments",
        why="it defines nothing, though its place says that it should",
        mend="fill or remove it",
    ),
    Rule(
        code="YAM005",
        name="not-utf8",
        summary="bytes that are no UTF-8",
        why="other encodings are guessed, and guessed wrongly; YAML files are UTF-8",
        mend="save the file as UTF-8",
    ),
    Rule(
        code="YAM006",
        name="control-character",
        summary="a character that YAML doesn't allow",
        why="YAML forbids it, and nobody sees it",
        mend="remove it",
    ),
    Rule(
        code="YAM007",
        name="tab-indent",
        summary="a tab indents the line",
        why="YAML indents with spaces only",
        mend="use spaces",
        fix=lines.tabs,
    ),
    Rule(
        code="YAM008",
        name="yaml-syntax",
        summary="it is not YAML; reading stops at the first such place",
        why="nothing after this place can be trusted, so the file is not used",
        mend="put text with :  in quotes; look at indentation and quotes",
    ),
    Rule(
        code="YAM009",
        name="several-documents",
        summary="a second document starts; only the first is read",
        why="what follows is never read, which nobody notices",
        mend="make two files",
    ),
    Rule(
        code="YAM010",
        name="yaml-bomb",
        summary=(
            "nested or aliased beyond 200,000 values or 100 levels, or an anchor that holds itself"
        ),
        why="a few lines that expand without bound can stop a program that reads them",
        mend="write it out",
    ),
    Rule(
        code="YAM011",
        name="yaml-tag",
        summary="a tag that means nothing here",
        why="the value is not what its writer meant",
        mend="remove it, or quote the text",
    ),
    Rule(
        code="YAM012",
        name="repeated-key",
        summary="a key stands twice; the last one counts",
        why="YAML keeps the last one without a word; the other is lost",
        mend="remove one",
        fix=lines.repeated_pair,
    ),
    Rule(
        code="YAM013",
        name="complex-key",
        summary="a list or mapping as a key",
        why="nearly always an expression in braces that was not put in quotes",
        mend="quote text that starts with {{",
    ),
    Rule(
        code="YAM014",
        name="merge-key",
        summary="<< with something that is no mapping",
        why="nothing is merged, so keys are missing",
        mend="name a mapping",
    ),
    Rule(
        code="YAM015",
        name="missing-key",
        summary=(
            "a key that is needed is absent or empty; in pack.yaml description, version and"
            " author are a warning"
        ),
        why="without it the file can't do what it is for",
        mend="add it",
    ),
    Rule(
        code="YAM016",
        name="unknown-key",
        summary="a key that nothing reads; in pack.yaml, ack and result a warning",
        why="a misspelt key passes in silence, and its value has no effect",
        mend="correct or remove it",
        fix=words.certain_word,
    ),
    Rule(
        code="YAM017",
        name="wrong-type",
        summary="a value of another kind than is wanted",
        why="the value would be read as something else, or fail when it is used",
        mend="write what the message asks for",
    ),
    Rule(
        code="YAM018",
        name="unknown-value",
        summary="none of the words that are possible",
        why="only the words that are listed mean anything",
        mend="choose one of those listed",
        fix=words.certain_word,
    ),
    Rule(
        code="YAM019",
        name="out-of-range",
        summary="a number below or above what is allowed",
        why="the value can't have the effect that is meant",
        mend="correct it",
    ),
    Rule(
        code="YAM020",
        name="unquoted-text",
        summary="text that YAML reads as a number, date or flag",
        why="YAML makes a number, date or flag of it: 1.10 becomes 1.1, no becomes false",
        mend="put it in quotes",
        fix=words.quoted_text,
    ),
    Rule(
        code="YAM021",
        name="quoted-flag",
        summary="true or false in quotes",
        why="a text is no flag to every reader",
        mend="remove the quotes",
        fix=words.bare_flag,
    ),
    Rule(
        code="YAM022",
        name="not-json",
        summary="a number that JSON can't hold; it stays text",
        why="parameters and results travel as JSON",
        mend="write another value",
    ),
)
