#!/usr/bin/env python3
"""``core.sendmail``: one mail, made here and handed to the sendmail program on its stdin.

A script and not a python-script action, so that the result has the shape that callers know:
stdout, stderr, return_code. Exit code 2: what was given or the machine does not allow to send.
"""

import mimetypes
import os
import shlex
import shutil
import socket
import subprocess
import sys
from email.message import EmailMessage
from email.policy import default as line_feeds
from email.utils import formatdate, make_msgid
from pathlib import Path

USUAL_FOLDERS = ("/usr/sbin", "/usr/lib", "/sbin", "/usr/local/sbin")


class RefusedError(Exception):
    """What cannot be sent, and why."""


def main(arguments):
    names = ("binary", "sender", "to", "subject", "send_empty", "content_type", "body", "files")
    given = dict(zip(names, [*arguments, *[""] * len(names)], strict=False))
    if not given["body"].strip() and given["send_empty"].lower() not in {"1", "true"}:
        print("Nothing to send")
        return 0
    try:
        command = _program(given["binary"])
        mail = _mail(given)
        _hand_over(command, mail)
    except RefusedError as refused:
        print(f"The mail was not sent: {refused}", file=sys.stderr)
        return 2
    print(f"The mail was sent to {given['to']}")
    return 0


def _program(given):
    """The command that takes the mail; `given` may carry its own arguments."""
    if given not in {"", "None"}:
        try:
            return shlex.split(given)
        except ValueError as error:
            raise RefusedError(f"sendmail_binary is not a command: {given}") from error
    places = os.pathsep.join((os.environ.get("PATH", os.defpath), *USUAL_FOLDERS))
    found = shutil.which("sendmail", path=places)
    if found is None:
        raise RefusedError("this machine has no sendmail program; install a mail transfer agent")
    return [found, "-t", "-i"]


def _mail(given):
    mail = EmailMessage(policy=line_feeds)
    sender = given["sender"] or "chatops"
    headers = {
        "From": sender if "@" in sender else f"{sender}@{socket.getfqdn()}",
        "To": given["to"],
        "Subject": given["subject"],
        "Date": formatdate(localtime=True),
        "Message-ID": make_msgid(),
    }
    for name, text in headers.items():
        try:
            mail[name] = text
        # The email package raises these for line breaks and for addresses that do not parse.
        except (ValueError, IndexError) as error:
            raise RefusedError(f"{name} is not usable in a mail: {text!r}") from error
    main_type, _, sub_type = given["content_type"].partition("/")
    if main_type != "text" or not sub_type.replace("-", "").isalnum():
        raise RefusedError(
            f"content_type must be text/html or text/plain: {given['content_type']!r}"
        )
    mail.set_content(given["body"], subtype=sub_type)
    for path in filter(None, (name.strip() for name in given["files"].split(","))):
        _attach(mail, Path(path))
    return mail


def _attach(mail, path):
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    main_type, _, sub_type = kind.partition("/")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RefusedError(f"{path} cannot be attached: {error.strerror}") from error
    mail.add_attachment(content, maintype=main_type, subtype=sub_type, filename=path.name)


def _hand_over(command, mail):
    try:
        done = subprocess.run(command, input=mail.as_bytes(), capture_output=True, check=False)
    except OSError as error:
        raise RefusedError(f"{command[0]} cannot be started: {error.strerror}") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        raise RefusedError(
            f"{command[0]} answered with exit code {done.returncode}. {said}".strip()
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
