"""Where things lie."""

from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
CACHE = ROOT / ".cache"
BUILD = ROOT / "build" / "integration"
