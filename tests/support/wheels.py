"""Packages made by tests, for an installer that may ask nobody."""

import zipfile
from pathlib import Path


def write_wheel(folder: Path, name: str, version: str, *, script: str = "") -> Path:
    """A wheel of one module that holds its `VERSION`.

    Args:
        folder: Where it is written.
        name: The package's and the module's name.
        version: Its version.
        script: A program that it brings, which prints the version; none where it is empty.
    """
    info = f"{name}-{version}.dist-info"
    content = f"VERSION = {version!r}\n\ndef show():\n    print(VERSION)\n"
    files = {
        f"{name}.py": content,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if script:
        files[f"{info}/entry_points.txt"] = f"[console_scripts]\n{script} = {name}:show\n"
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return wheel
