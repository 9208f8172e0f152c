"""Which files a document's template is made of."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment
from jinja2.meta import find_referenced_templates


def template_files(folder: Path, name: str, sections: Sequence[str] = ()) -> list[Path]:
    """Return the template `name` and every file that it extends, includes or imports, sorted.

    Args:
        folder: folder of the templates.
        name: a template, its path below `folder`.
        sections: what a template that is named by a variable can be, their paths below `folder`.

    Raises:
        ValueError: a template is named by a variable, and there are no `sections`.
    """
    environment, found, waiting = Environment(), set[str](), [name]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        parsed = environment.parse((folder / name).read_text(encoding="utf-8"))
        for referenced in find_referenced_templates(parsed):
            if referenced is None and not sections:
                raise ValueError(f"{folder / name}: a template must name the files that it includes in plain words")
            waiting.extend(sections if referenced is None else [referenced])
    return sorted(folder / name for name in found)
