"""Everything that a field of the language forbids, tried through every way in: one table, for tests and the docs."""

import pytest

pytest.register_assert_rewrite("tests.governance.ways", "tests.governance.seat")
