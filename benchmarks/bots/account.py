"""The made-up official account that every measured bot serves; nothing of it exists anywhere."""

from __future__ import annotations

APP_ID = "wx0000benchmark000"
TOKEN = "benchmark"
AES_KEY = "BenchmarkKeyBenchmarkKeyBenchmarkKeyBenchma"
ACCOUNT = "gh_benchmark000"
