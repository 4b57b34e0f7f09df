"""Rules about settings, under which other parts of the program report."""

from chatops_cli.validation.rule import Rule

RULES = (
    Rule(
        code="SET001",
        name="not-a-principal",
        summary="who of a rule is neither a principal nor a role",
        why="a rule that is for nobody denies those it was meant for",
        mend="write local:bob or @role",
    ),
    Rule(
        code="SET002",
        name="route",
        summary="a route isn't one room, webhook or email, or has what is no URL or address",
        why="what is sent there reaches nobody",
        mend="correct it",
    ),
    Rule(
        code="SET003",
        name="plain-secret",
        summary="a password or token stands in the settings, or would be sent unencrypted",
        why="who reads the file or the network has it",
        mend="say where it is: {{ env.NAME }}; security: starttls",
    ),
    Rule(
        code="SET004",
        name="unknown-role",
        summary="a rule names a role that access.roles hasn't",
        why="a rule that is for nobody denies those it was meant for",
        mend="define or correct it",
    ),
    Rule(
        code="SET005",
        name="display-name",
        summary="a rule or role names somebody by what isn't an id of that network",
        why="names that people show can be changed by anybody, and would let them in",
        mend="write network:workspace:id",
    ),
    Rule(
        code="SET006",
        name="unknown-group",
        summary="a rule or role names a group that access.groups hasn't",
        why="a rule that is for nobody denies those it was meant for",
        mend="define or correct it",
    ),
    Rule(
        code="SET007",
        name="require",
        summary="require stands in a rule that denies, or requires nothing",
        why="whoever wrote it expects that somebody is asked",
        mend="name approval or confirm, in a rule that allows",
    ),
    Rule(
        code="SET008",
        name="shadowed-rule",
        summary="an earlier rule allows what this one allows under a condition",
        why="the first rule that fits decides, so nobody is ever asked",
        mend="put the rule that requires something first",
    ),
    Rule(
        code="SET009",
        name="connection-name",
        summary="a connection of the bridge has a name that can't be one",
        why="the name stands in files, logs and addresses of rooms",
        mend="begin with a small letter; small letters, digits, - and _ may follow",
    ),
    Rule(
        code="SET010",
        name="rbac",
        summary="a file of StackStorm's RBAC can't be understood",
        why="it would grant nothing, or something else than is meant",
        mend="correct it",
    ),
    Rule(
        code="SET011",
        name="network-option",
        summary="an option of a connection isn't what its network takes",
        why="the bridge could not connect, or not be where it is wanted",
        mend="correct it: a channel of IRC begins with #",
    ),
    Rule(
        code="SET012",
        name="listen-address",
        summary="the bridge can't listen at this address",
        why="probes, metrics and hooks would reach nobody",
        mend="write an address and a port: 127.0.0.1:8095, or [::1]:8095",
    ),
    Rule(
        code="SET013",
        name="hook",
        summary="a hook can't be taken as it is written",
        why="what is sent to it would be lost, or anybody could send it",
        mend="name a room, where its secret is, and either a text or an alias",
    ),
)
