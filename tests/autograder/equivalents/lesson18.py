"""Changes of the references of lesson 18 that change nothing, and why: what tests/autograder/test_mutants.py prints, as it prints it."""

EQUIVALENT = {
    "18.2": {
        "places = kernel.reshape(height, width, channels, -1) -> places = kernel.reshape(width, height, channels, -1)": "height and width stay side by side and are joined again: where the cut between them lies does not matter",
    },
}
