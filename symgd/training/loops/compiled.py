"""Runs by a compiled training loop: in portions, so that Ctrl-C and the progress bar work and nothing is lost."""

from __future__ import annotations

from time import perf_counter

from symgd.notation.telling import Told
from symgd.training.ending import check_start
from symgd.training.loop import End, State
from symgd.training.loops.kernel import Kernel
from symgd.training.loops.kernels import loaded
from symgd.training.loops.over_data import Load, LoopSetup
from symgd.training.loops.pieces import Pieces
from symgd.training.progress import Progress
from symgd.training.setup import Setup
from symgd.training.status import Outcome
from symgd.training.stopping import Watch

# Seconds that the compiled loop runs before Python has a look, and numbers of data that it reads in less than that.
PORTION, QUICK = 0.2, 5_000_000


class Loops:
    """One run. CompilationError where loops are not the form for its loss, or without Numba.

    *keep* says whether arrays of every state are kept; *load* gives the functions of a module.
    """

    def __init__(self, given: Setup, keep: bool, load: Load = loaded) -> None:
        fields = (given.program, given.optimizer, given.values, given.batches, given.limits)
        self.setup = LoopSetup(*fields, load=load)
        self._kernel = Kernel(self.setup, keep, load)
        self._watch = Watch(given.limits, given.batches, self.setup.over_data)

    @property
    def record(self) -> Pieces:
        """The history."""
        return self._kernel.record

    def run(self, progress: Progress) -> End:
        """Iterate until the run ends."""
        kernel = self._kernel
        kernel.advance(0)
        state = kernel.state(ahead=kernel.failed)
        check_start(self.setup, state)
        self.setup.know(state)
        portion = max(1, QUICK // kernel.reads)
        try:
            while True:
                end = self._ended()
                if end is not None:
                    return end
                start, before = perf_counter(), kernel.done
                kernel.advance(before + portion)
                portion = _portion(kernel.done - before, perf_counter() - start, portion)
                progress.advance(kernel.done)
        except KeyboardInterrupt:
            return End(kernel.state(), Outcome.INTERRUPTED)

    def _ended(self) -> End | None:
        """How the run ends in the state that is reached, if it does."""
        kernel, limits = self._kernel, self.setup.limits
        if kernel.failed:
            return End(kernel.state(), Outcome.DIVERGED, beyond=kernel.state(ahead=True))
        spent = kernel.done >= limits.iterations
        if not spent and not limits.watched:
            return None
        state = kernel.state()
        self.setup.know(state)
        reason = self._judged(state)
        if reason is not None:
            return End(state, Outcome.CONVERGED, (reason,))
        return End(state, Outcome.SPENT) if spent else None

    def _judged(self, state: State) -> Told | None:
        """What tolerance is met in a state, in words."""
        if self.setup.limits.watched and self.setup.batches.whole and state.iteration:
            return self._watch.judged(state.loss, state.gradient, self.record.loss(state.iteration - 1))
        return self._watch(state)


def _portion(done: int, seconds: float, portion: int) -> int:
    """How many iterations take about as long as a portion shall."""
    wanted = int(done * PORTION / max(seconds, 1e-9))
    return max(1, min(wanted, 8 * portion))
