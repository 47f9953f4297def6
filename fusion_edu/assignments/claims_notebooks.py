"""The notebooks of A3 and A4, and their model solutions: two tasks, then predictions and numbers in a file of one's own data."""

import inspect

from nbformat import NotebookNode

from fusion_edu.assignments import a3, a4, cells
from fusion_edu.autograder.course import Course
from fusion_edu.autograder.locate import answer_id
from fusion_edu.autograder.variants import source_of

FUSE = """# Assignment A3 · Fuse or don't fuse

Your file `A3.npz` holds four data sets, A to D, of two modalities; no other learner has these. In one of them the modalities say the same
(`redundant`), in one only one of them knows (`unique`), in one the label is both bits (`and`), in one it is their difference (`xor`). Find out which is
which, and decide for each whether fusing pays.

| | points |
|---|---:|
| two fusions, written by you | 20 |
| for each set: numbers that follow from your predictions (4), its kind (5), `fused` good enough on hidden rows (3), a decision that follows from your interval (3) | 60 |
| half a page, marked by a person | 20 |

About three hours. Hand in this notebook and the `A3.json` that it writes, in one folder or zip. Accuracy beyond the floor earns nothing."""
FUSE_HOW = """## Four sets

For each set hand in the classes that four models predict, for the rows of `validation` and of `test`: `alone a`, `alone b`, `additive` (no
interaction: a sum of one function a modality) and `fused`. `reported` is what `numbers` gives for **your** predictions on the validation rows; `decision` is
`"fuse"` where the whole interval of the gain is above 0, else `"do not fuse"`."""
FUSE_CODE = '''import json

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from fusion_edu.assignments.fuse import decision, numbers

data = {name: torch.from_numpy(values) for name, values in np.load("A3.npz").items()}  # e.g. "A train a", "A train y"'''
FUSE_SOLUTION = '''def fit(inputs, y, parts):
    """Train the sum of small networks, one for each group of columns in parts."""
    torch.manual_seed(0)
    nets = nn.ModuleList([nn.Sequential(nn.Linear(len(p), 32), nn.ReLU(), nn.Linear(32, 2)) for p in parts])
    adam = torch.optim.Adam(nets.parameters(), 0.01)
    for _ in range(200):
        loss = F.cross_entropy(sum(net(inputs[:, p]) for net, p in zip(nets, parts)), y)
        adam.zero_grad()
        loss.backward()
        adam.step()
    return lambda x: sum(net(x[:, p]) for net, p in zip(nets, parts)).argmax(1)


A, B = [0, 1, 2, 3], [4, 5, 6, 7]
PARTS = {"alone a": [A], "alone b": [B], "additive": [A, B], "fused": [A + B]}
answer = {}
for name in "ABCD":
    x = {side: torch.cat([data[f"{name} {side} {m}"] for m in "ab"], 1) for side in ("train", "validation", "test")}
    y = data[f"{name} validation y"]
    models = {model: fit(x["train"], data[f"{name} train y"], parts) for model, parts in PARTS.items()}
    said = {side: {model: f(x[side]) for model, f in models.items()} for side in ("validation", "test")}
    found = numbers(said["validation"], y)
    a, b, additive, fused = (found[f"accuracy: {model}"] for model in PARTS)
    low, high = min(a, b), max(a, b)
    if fused - additive > 0.2:
        kind = "xor"
    elif low > 0.9:
        kind = "redundant"
    else:
        kind = "unique" if high > 0.9 else "and"
    lists = {side: {model: p.tolist() for model, p in each.items()} for side, each in said.items()}
    answer[name] = {**lists, "reported": found, "kind": kind, "decision": decision(found)}
with open("A3.json", "w") as file:
    json.dump(answer, file)'''
FUSE_WRITTEN = """## Half a page

For each set: which number told you its kind, and what else could have given this number? For which set would you decide otherwise with ten times the
data, and with a tenth? What would a modality cost that you decide to leave out?

*(mechanism 8, evidence 8, clarity 4)*"""
SENSOR = """# Assignment A4 · The sensor that was not there

Your file `A4.npz` holds rows of three sensors a, b and c; no other learner has these. Any of them may be missing when the model is used. Build one model
(or seven) that is good with **every** pattern of sensors, and say honestly how sure it is.

| | points |
|---|---:|
| two tasks, written by you | 20 |
| numbers that follow from your predictions | 12 |
| the worst of the seven patterns is at most .06 below what is possible, on hidden rows | 24 |
| prediction sets that promise 90 % cover 86 to 94 % of hidden rows, with all sensors (12) and with c alone (12) | 24 |
| a page for a hospital manager, marked by a person | 20 |

About three hours and a half. Hand in this notebook and the `A4.json` that it writes, in one folder or zip."""
SENSOR_HOW = """## Seven patterns

The patterns are `abc`, `ab`, `ac`, `bc`, `a`, `b`, `c`: the sensors that are there. For each hand in the class of every row of `validation` and of `test`.
`reported` is what `numbers` gives for **your** predictions on the validation rows. `sets` holds for `abc` and for `c` a row of four zeros and ones for each test row: the
classes in its set, at a promised coverage of 90 %."""
SENSOR_CODE = (
    FUSE_CODE.replace("fuse import decision, numbers", "sensor import numbers")
    .replace("A3.npz", "A4.npz")
    .replace('"A train a", "A train y"', '"train a", "train y"')
)
SENSOR_SOLUTION = '''PATTERNS = ("abc", "ab", "ac", "bc", "a", "b", "c")


def fit(x, y):
    """A linear model is enough for classes that are round clouds."""
    torch.manual_seed(0)
    model = nn.Linear(x.shape[1], 4)
    adam = torch.optim.Adam(model.parameters(), 0.02, weight_decay=1e-3)
    for _ in range(300):
        loss = F.cross_entropy(model(x), y)
        adam.zero_grad()
        loss.backward()
        adam.step()
    return lambda x: model(x).detach().softmax(1)


def prediction_sets(cal_p, cal_y, test_p, alpha=0.1):
    """Split conformal: the classes whose 1 - p is at most the quantile of the validation rows."""
    score = 1 - cal_p[torch.arange(len(cal_y)), cal_y]
    rank = int(np.ceil((len(score) + 1) * (1 - alpha)))
    return 1 - test_p <= score.sort().values[rank - 1]


answer = {"validation": {}, "test": {}, "sets": {}}
said = {}
for pattern in PATTERNS:
    x = {side: torch.cat([data[f"{side} {m}"] for m in pattern], 1) for side in ("train", "validation", "test")}
    model = fit(x["train"], data["train y"])
    p = {side: model(x[side]) for side in ("validation", "test")}
    said[pattern] = p["validation"].argmax(1)
    for side in p:
        answer[side][pattern] = p[side].argmax(1).tolist()
    if pattern in ("abc", "c"):
        answer["sets"][pattern] = prediction_sets(p["validation"], data["validation y"], p["test"]).int().tolist()
answer["reported"] = numbers(said, data["validation y"])
with open("A4.json", "w") as file:
    json.dump(answer, file)'''
SENSOR_WRITTEN = """## A page for a hospital manager

What may be promised when sensor a fails at night, and what not? How large do the sets become, for whom does that change the work, and what does each sensor bring
(its Shapley value, from your seven numbers)? No formula; every number from this notebook.

*(mechanism 8, evidence 8, clarity 4)*"""
TEXTS = {
    "A3": (FUSE, FUSE_HOW, FUSE_CODE, FUSE_SOLUTION, FUSE_WRITTEN),
    "A4": (SENSOR, SENSOR_HOW, SENSOR_CODE, SENSOR_SOLUTION, SENSOR_WRITTEN),
}
COURSES: dict[str, Course] = {"A3": a3.COURSE, "A4": a4.COURSE}


def book(name: str, *, solved: bool) -> NotebookNode:
    """The notebook that everybody gets; ``solved`` gives the model solution, which is nbgrader's source too."""
    brief, how, code, solution, written = TEXTS[name]
    made = [
        cells.text(brief),
        cells.code(f"import math\n\nimport torch\n\nfrom fusion_edu.assignments.{name.lower()} import check"),
    ]
    for task in COURSES[name].tasks:
        made.append(cells.text(f"## {task.id} {task.title}\n\n{inspect.cleandoc(COURSES[name].statement(task))}"))
        reference = source_of(task.reference).replace("Tensor", "torch.Tensor").strip()
        made.append(cells.answer(reference if solved else cells.stub(task.signature), answer_id(task)))
        made.append(cells.check(f"check({task.id!r}, {task.name})", f"check-{task.id.replace('.', '-')}", task.points))
    made += [cells.text(how), cells.code(code)]
    made.append(cells.answer(solution if solved else f"# train, predict, and write {name}.json", f"file-{name}"))
    made += [cells.text(written), cells.written("*Your text.*", f"written-{name}", 20)]
    return cells.book(made)
