import sys

from tremplin.grader.cli import main

sys.exit(main())
