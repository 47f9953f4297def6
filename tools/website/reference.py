"""The API reference: a page for each package, from the docstrings of its public names."""

import ast
from pathlib import Path

LEFT_OUT = {"tasks", "doctor", "__main__", "optional"}  # the course's own tasks and machinery: no names to call


def public(package: Path) -> list[str]:
    """Modules of fusion_edu that say in ``__all__`` what they offer, named from the top: packages, and files beside them."""
    files = [*package.glob("*.py"), *package.glob("*/__init__.py")]
    names = {(file.parent.name if file.name == "__init__.py" else file.stem): file for file in files}
    del names[package.name]
    return sorted(name for name, file in names.items() if name not in LEFT_OUT and "__all__" in file.read_text("utf-8"))


def first_line(package: Path, name: str) -> str:
    """What a module says of itself in one line."""
    file = package / name / "__init__.py"
    file = file if file.is_file() else package / f"{name}.py"
    return (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or name).splitlines()[0]


def pages(package: Path) -> dict[str, str]:
    """File name -> reStructuredText: one page a module, and the table of them."""
    made, rows = {}, []
    for name in public(package):
        full = f"{package.name}.{name}"
        made[f"api/{name}.rst"] = (
            f"{full}\n{'=' * len(full)}\n\n.. automodule:: {full}\n   :members:\n   :imported-members:\n"
        )
        rows.append(f"* :doc:`{full} <{name}>`: {first_line(package, name)}")
    made["api/index.rst"] = (
        "API reference\n=============\n\nWhat each package offers, from the docstrings of its public names.\n\n"
        + "\n".join(rows)
        + "\n"
    )
    return made
