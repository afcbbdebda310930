"""The bench: what a check holds in its hands, and everything it may do to a device or conclude about one."""

from smets_conformance.bench.bench import Bench
from smets_conformance.bench.errors import SuiteError
from smets_conformance.bench.readings import Answer, Reading, answer
from smets_conformance.bench.timing import DAY, HOUR, MINUTE, SECOND

__all__ = ["DAY", "HOUR", "MINUTE", "SECOND", "Answer", "Bench", "Reading", "SuiteError", "answer"]
