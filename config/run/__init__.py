"""`make run`: the whole service on one machine, from its servers to its pages, until Ctrl-C."""
