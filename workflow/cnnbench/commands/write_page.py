"""Write the report as one HTML page."""

from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.commands.document_arguments import read_document_arguments
from cnnbench.reporting.page import write_page


def main() -> None:
    """Read the command line and write the .html file."""
    write_page(*read_document_arguments("write_page", __doc__))


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
