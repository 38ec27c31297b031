"""How a portal lists: detection, calls, paging. One file per portal kind, found by being there; pure, no I/O."""
