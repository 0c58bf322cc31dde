"""One module a subcommand: `add_to(subparsers)` declares it, its `run(args)` does it."""
