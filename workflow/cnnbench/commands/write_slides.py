"""Write the slides of a talk."""

from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.commands.document_arguments import read_document_arguments
from cnnbench.reporting.slides import write_slides


def main() -> None:
    """Read the command line and write the .pdf file."""
    write_slides(*read_document_arguments("write_slides", __doc__))


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
