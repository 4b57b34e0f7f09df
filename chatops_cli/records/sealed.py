"""Text in databases: encrypted where the datastore has a key."""

from pathlib import Path

from chatops_cli.errors import RecordError

_MARK = "sealed:"


class Seal:
    """Seals and opens text. What is sealed for one name can't be read under another.

    Args:
        key_file: The key of the datastore's secret values. Where there is none, text stays as it
            is: then only the mode of the file guards it.
        scope: What the text is part of: what is sealed for another can't be read.
    """

    def __init__(self, key_file: Path, *, scope: str = "bridge") -> None:
        self._key_file = key_file
        self._scope = scope

    @property
    def has_key(self) -> bool:
        """Whether text is encrypted, and can't be made by who has no key."""
        return self._key_file.exists()

    @staticmethod
    def is_sealed(text: str) -> bool:
        """Whether a text has been encrypted."""
        return text.startswith(_MARK)

    def close(self, text: str, name: str) -> str:
        """The text for the database.

        Raises:
            CipherMissingError: There is a key, and nothing to encrypt with.
        """
        if not self._key_file.exists():
            return text
        from chatops_cli.records.cipher import encrypt
        from chatops_cli.records.key_file import read_key

        return _MARK + encrypt(text, read_key(self._key_file), (self._scope, "", name))

    def open(self, text: str, name: str) -> str:
        """The text again.

        Raises:
            RecordError: It was sealed with another key, or for another name.
        """
        if not text.startswith(_MARK):
            return text
        if not self._key_file.exists():
            raise RecordError(
                f"the key {self._key_file} is gone, by which this was encrypted",
                hint="put it back",
            )
        from chatops_cli.records.cipher import decrypt
        from chatops_cli.records.key_file import read_key

        return decrypt(text.removeprefix(_MARK), read_key(self._key_file), (self._scope, "", name))
