"""`python -P -m alphacode_server.cli`, for programs that know an interpreter rather than a PATH."""

import sys

from alphacode_server.cli.main import main

sys.exit(main())
