"""The loopback portals that the tests of fetching have serve here, too."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "fetch"))
