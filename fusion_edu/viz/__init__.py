"""Plots: data in, matplotlib Axes out; :func:`show` puts one, with its description, into the notebook.

Scores are :func:`dots`, or :func:`versus` where one method is compared with others; gains alone are :func:`gains`; counts
and costs are :func:`bars`, and :func:`magnitudes` where they differ by powers of ten; what runs over epochs or a setting
is :func:`curves`. Runs are faint dots, intervals are lines or bands; one modality is vermillion, a fusion blue.
"""

from fusion_edu.optional import needed_by

with needed_by("fusion_edu.viz"):
    from fusion_edu.viz.aligning import nearest_names, search_results, sharpness
    from fusion_edu.viz.attending import attention_cost, captioned, view_graph, word_map
    from fusion_edu.viz.canvas import canvas
    from fusion_edu.viz.charts import bars, strip
    from fusion_edu.viz.choosing import CHOICES, loss_chooser
    from fusion_edu.viz.competing import tug
    from fusion_edu.viz.deciding import ballots, decision_rules, jury, majorities
    from fusion_edu.viz.dotted import dots
    from fusion_edu.viz.embeddings import distances, matches, pull_and_push, spring
    from fusion_edu.viz.explaining import credit, explained, maps
    from fusion_edu.viz.fusing import gates, in_short, interactions, magnitudes, parameters
    from fusion_edu.viz.fusion_sketches import fusion_diagrams
    from fusion_edu.viz.glances import event_streams, gallery
    from fusion_edu.viz.hearing import filmstrip, in_step, shifted, utterances
    from fusion_edu.viz.heterogeneity import deciding_features
    from fusion_edu.viz.judging import disagreement, gains, leakage, power_curve, verdict
    from fusion_edu.viz.lines import curves
    from fusion_edu.viz.paired import versus
    from fusion_edu.viz.picture import png, show
    from fusion_edu.viz.planes import heat, scatter
    from fusion_edu.viz.playing import hear, play
    from fusion_edu.viz.probabilities import guesses, reliability
    from fusion_edu.viz.project import branches, item_opinions
    from fusion_edu.viz.regression import loss_surface, outlier
    from fusion_edu.viz.seeds import interval_width
    from fusion_edu.viz.sets import coverages, prediction_sets
    from fusion_edu.viz.style import COLOURS, LINES, MARKERS, STYLE, cue
    from fusion_edu.viz.translating import reading
    from fusion_edu.viz.triangle import simplex
    from fusion_edu.viz.uncertainty import blend, error_calibration, weighing

__all__ = [
    "CHOICES",
    "COLOURS",
    "LINES",
    "MARKERS",
    "STYLE",
    "attention_cost",
    "ballots",
    "bars",
    "blend",
    "branches",
    "canvas",
    "captioned",
    "coverages",
    "credit",
    "cue",
    "curves",
    "deciding_features",
    "decision_rules",
    "disagreement",
    "distances",
    "dots",
    "error_calibration",
    "event_streams",
    "explained",
    "filmstrip",
    "fusion_diagrams",
    "gains",
    "gallery",
    "gates",
    "guesses",
    "hear",
    "heat",
    "in_short",
    "in_step",
    "interactions",
    "interval_width",
    "item_opinions",
    "jury",
    "leakage",
    "loss_chooser",
    "loss_surface",
    "magnitudes",
    "majorities",
    "maps",
    "matches",
    "nearest_names",
    "outlier",
    "parameters",
    "play",
    "png",
    "power_curve",
    "prediction_sets",
    "pull_and_push",
    "reading",
    "reliability",
    "scatter",
    "search_results",
    "sharpness",
    "shifted",
    "show",
    "simplex",
    "spring",
    "strip",
    "tug",
    "utterances",
    "verdict",
    "versus",
    "view_graph",
    "weighing",
    "word_map",
]
