"""Write the generated documentation: of the config from its models, and of the tables from their classes."""

import argparse
from pathlib import Path

from cnnbench.analysis.tables.reference import tables_page
from cnnbench.study.reference import default_config, json_schema, reference_page


def main() -> None:
    """Read the command line and write the generated files."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.write_docs", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path(), help="the project's folder")
    root = parser.parse_args().root
    for path, text in generated_files().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
        print(root / path)


def generated_files() -> dict[str, str]:
    """Return the text of every generated file by its path in the project."""
    return {
        "config/default.yaml": default_config(),
        "config/study.schema.json": json_schema(),
        "docs/configuration.md": reference_page(),
        "docs/tables.md": tables_page(),
    }


if __name__ == "__main__":
    main()
