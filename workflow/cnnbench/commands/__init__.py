"""Command line entry points, one thin file a workflow rule."""

from cnnbench.environment import end_in_one_line_on_ctrl_c

# Here, because it must hold while a command still imports its libraries.
end_in_one_line_on_ctrl_c()
