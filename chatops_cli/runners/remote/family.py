"""All processes on a host that came from one command: found by a second command, and ended.

A process belongs if the mark is in its environment or arguments, if its parent belongs, or if it is
in a session that one with the mark leads. They get SIGTERM, after a while SIGKILL. Where the host
has no /proc, `ps` is asked; process groups stand in for sessions. What the account may not end,
sudo ends, where the command was run by it.
"""

from chatops_cli.runners.process import GRACE, MARK
from chatops_cli.runners.remote.access import Access
from chatops_cli.runners.remote.channel import Channel
from chatops_cli.runners.remote.feed import Rights, feed_plainly

LONGEST = 4 * GRACE
"""Seconds after which the second command is given up."""

_TEXT = r"""
marked() {
  if [ -r /proc/self/environ ]; then
    grep -lsF "$variable=$mark" /proc/[0-9]*/environ | tr -dc '0-9\n'
  else
    ps -A -o pid= -o args= | while read -r pid line; do
      case $line in *"$mark"*) echo "$pid";; esac
    done
  fi
}
table() {
  if [ -r /proc/self/environ ]; then
    sed -n 's/^\([0-9]*\) (.*) [^ZX] \([0-9]*\) [0-9]* \([0-9]*\) .*/\1 \2 \3/p' \
      /proc/[0-9]*/stat 2>/dev/null
  else
    ps -A -o pid= -o ppid= -o pgid= -o stat= | grep -v Z
  fi
}
members() {
  table | awk -v marked="$(marked | tr '\n' ' ')" '
    { parent[$1] = $2; session[$1] = $3 }
    END {
      count = split(marked, first, " ")
      for (i = 1; i <= count; i++) if (first[i] in parent) ours[first[i]] = 1
      for (pid in ours) if (session[pid] == pid) led[pid] = 1
      do {
        more = 0
        for (pid in parent)
          if (!(pid in ours) && ((parent[pid] in ours) || (session[pid] in led))) {
            ours[pid] = 1
            more = 1
          }
      } while (more)
      for (pid in ours) print pid
    }'
}
living() {
  for pid in "$@"; do kill -0 "$pid" 2>/dev/null && return 0; done
  return 1
}
for tool in awk grep sed tr; do command -v "$tool" >/dev/null || exit 3; done
found=$(members)
[ -n "$found" ] || exit 0
kill -TERM $found 2>/dev/null
waited=0
while [ "$waited" -lt "$tenths" ] && living $found; do
  sleep 0.1 2>/dev/null || { sleep 1; waited=$((waited + 9)); }
  waited=$((waited + 1))
done
for round in 1 2 3; do
  found=$(members)
  [ -n "$found" ] || exit 0
  kill -KILL $found 2>/dev/null
  sleep 0.1 2>/dev/null || sleep 1
done
members
"""


async def end(
    access: Access, running: Channel, mark: str, rights: Rights
) -> tuple[int, ...] | None:
    """All that came from `running` is ended; gives the ids of what could not be.

    None where nothing is known: the host lets no second command run, or doesn't answer any more.
    Then there is only SSH's own signal, which most hosts send on to the process group.
    """
    text = f"variable={MARK} mark={mark} tenths={round(GRACE * 10)}\n{_TEXT}"
    ended = await access.ask(feed_plainly(text, "end", rights), LONGEST)
    if ended is None or ended.return_code != 0:
        running.signal("KILL")
        return None
    return tuple(int(word) for word in ended.stdout.text().split() if word.isdigit())
