"""Where images come from: archives, folders of pictures, arrays and tables, each with its reader."""
