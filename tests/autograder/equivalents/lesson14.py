"""Changes of the references of lesson 14 that change nothing, and why: what tests/autograder/test_mutants.py prints, as it prints it."""

CUT = "x, y = (a[max(0, -lag):n - max(0, lag)], b[max(0, lag):n - max(0, -lag)]) -> "
SCORE = "score[lag] = (x * y).sum() / ((x * x).sum() * (y * y).sum()).sqrt().clamp_min(1e-12) -> "
TIES = "return min((lag for lag, r in score.items() if r > top - 1e-06), key=lambda lag: (abs(lag), lag)) -> "
ORDER = "the larger of two numbers is the same in either order"
BEYOND = "a slice that ends behind the last sample ends with it, and -lag, or lag, is a whole number"
CLOSE = "no two correlations differ by just about a millionth"
EQUIVALENT = {
    "14.1": {
        "return x.unfold(0, size, hop) -> return x.unfold(-1, size, hop)": "a waveform has one axis: the last is the first",
    },
    "14.3": {
        CUT + "x, y = (a[max(-lag, 0):n - max(0, lag)], b[max(0, lag):n - max(0, -lag)])": ORDER,
        CUT + "x, y = (a[max(0, -lag):n - max(lag, 0)], b[max(0, lag):n - max(0, -lag)])": ORDER,
        CUT + "x, y = (a[max(0, -lag):n - max(0, lag)], b[max(lag, 0):n - max(0, -lag)])": ORDER,
        CUT + "x, y = (a[max(0, -lag):n - max(0, lag)], b[max(0, lag):n - max(-lag, 0)])": ORDER,
        CUT + "x, y = (a[max(0, -lag):n - max(-1, lag)], b[max(0, lag):n - max(0, -lag)])": BEYOND,
        CUT + "x, y = (a[max(0, -lag):n - max(0, lag)], b[max(0, lag):n - max(-1, -lag)])": BEYOND,
        SCORE
        + "score[lag] = (x * y).sum() / ((x * x).sum() * (y * y).sum()).sqrt().clamp_min(2e-12)": "both are far below what any overlap that varies has",
        TIES
        + "return min((lag for lag, r in score.items() if r > top - 2e-06), key=lambda lag: (abs(lag), lag))": CLOSE,
        TIES
        + "return min((lag for lag, r in score.items() if r >= top - 1e-06), key=lambda lag: (abs(lag), lag))": CLOSE,
    },
}
