"""Write the report."""

from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.commands.document_arguments import read_document_arguments
from cnnbench.reporting.report import write_report


def main() -> None:
    """Read the command line and write the .pdf file."""
    write_report(*read_document_arguments("write_report", __doc__))


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
