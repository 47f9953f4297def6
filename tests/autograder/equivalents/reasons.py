"""Why a change often changes nothing."""

EVEN = "a square or an absolute value does not see which of the two is subtracted"
AXIS = "the input has two axes: the last one is axis 1"
CPU = "the same on a CPU, where this test runs; on a GPU the check's advice names it"
NUMBER = "numbers and 0-d tensors count as the same"
COUNT = "a whole number, at least 1: no guard acts on it, and what one adds is below the tolerance"
