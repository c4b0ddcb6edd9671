"""`alphacode serve`: the backend, for editors and for `alphacode solve --backend`."""


from alphacode_server.cli.arguments import Subparsers, add_sampler_arguments, positive_int


def add_to(commands: Subparsers) -> None:
    parser = commands.add_parser("serve", help="run the backend that editors connect to")
    parser.set_defaults(run=run)
    parser.add_argument("--host", default="127.0.0.1", help="default: %(default)s")
    parser.add_argument("--port", type=int, default=8420, help="default: %(default)s; 0 takes a free one")
    parser.add_argument("--workers", type=positive_int, metavar="N", help="programs run at a time, default: one a core")
    add_sampler_arguments(parser)
