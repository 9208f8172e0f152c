"""The one exception that stands for a mistake a user can mend."""


class UserError(Exception):
    """A mistake in a config, a file or the environment; its message is shown to the user without a traceback.

    The message names the file and key, what was found and what is allowed.
    """
