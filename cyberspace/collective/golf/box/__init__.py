"""The box that a submission runs in: a process of its own that holds no file, no socket, no second process and no future."""
