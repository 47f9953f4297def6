"""The learner's home: where they were, what comes next, and the map of the track that they chose."""

import html

import ipywidgets

from fusion_edu.syllabus import LESSONS, TRACKS, Track
from fusion_edu.widgets import answers
from fusion_edu.widgets.form import box, card, link, output, plain
from fusion_edu.widgets.map_svg import State, draw, image, lesson_at
from fusion_edu.widgets.progress import states, summary
from fusion_edu.widgets.way import Exercise, last, next_step


def home() -> None:
    """Show where the learner was, the next step, the three tracks, and the map with progress."""
    live = _Home()
    page = live.words.value + image(live.track.lessons, live.now, alt=summary(live.now))
    output(text=plain(live.text), live=live.box, page=page)


class _Home:
    """The live page. It reads the learner's files when it is made, when a track is chosen, and at the button."""

    def __init__(self) -> None:
        chosen = answers.load("track").get("chosen", {}).get("name")
        self.tracks = ipywidgets.ToggleButtons(
            options=[(track.title, name) for name, track in TRACKS.items()],
            value=chosen if chosen in TRACKS else "essentials",
            description="Track",
            tooltips=[track.says for track in TRACKS.values()],
        )
        self.says = ipywidgets.HTML()
        self.words = ipywidgets.HTML()
        self.map = ipywidgets.HTML(layout={"width": "100%", "overflow": "auto", "height": "auto"})
        button = ipywidgets.Button(description="Refresh", icon="refresh", layout={"width": "auto"})
        button.layout.align_self = "flex-start"
        button.on_click(lambda _: self.show())
        self.tracks.observe(lambda change: self.choose(change["new"]), "value")
        self.box = box(self.words, self.tracks, self.says, self.map, button)
        self.show()

    @property
    def track(self) -> Track:
        """The chosen one."""
        return TRACKS[self.tracks.value]

    def choose(self, name: str) -> None:
        """Remember the track, and show it; where it cannot be stored it is shown all the same."""
        answers.save("track", "chosen", {"name": name})
        self.show()

    def show(self) -> None:
        """Read the learner's files, and say what they say."""
        exercises, visits = _exercises(), answers.load("visits")
        points = {task.id: (task.best, task.points) for task in exercises}
        lessons = self.track.lessons
        self.now = states(points, lessons)
        everywhere = states(points, LESSONS)
        step = next_step(lessons, self.now, visits, exercises)
        here = last(visits, LESSONS)
        was = f"You were last in {_lesson(here)}: {standing(here, everywhere)}" if here else "Welcome."
        to = link(step.to, step.words) if step.to else html.escape(step.words)
        self.words.value = card(f"<p>{was}</p><p><b>Next:</b> {to}</p>")
        self.text = f"{was.split('<')[0]}{_title(here) if here else ''} Next: {step.words}. {summary(self.now)}"
        done = sum(state.word == "done" for state in self.now.values())
        hours = sum(lesson.minutes for lesson in lessons.values()) / 60
        self.says.value = card(
            f"<b>{self.track.title}:</b> {self.track.says}. {len(lessons)} lessons, about {hours:.0f} hours with your "
            f"hands on them, and the exercises. <b>{done} of {len(lessons)} done.</b>",
            live=True,
        )
        self.map.value = draw(lessons, self.now)


def standing(number: str, now: dict[str, State]) -> str:
    """What the learner has of one lesson: points, predictions and the quiz."""
    parts = [f"{now[number].points:g} of {now[number].most:g} points"]
    guesses = [r for key, r in answers.load("predictions").items() if key.split(".")[0] == number and "right" in r]
    if guesses:
        parts.append(f"{sum(bool(r['right']) for r in guesses)} of {len(guesses)} predictions right")
    quiz = answers.load("quizzes").get(number, {})
    if all(isinstance(quiz.get(name), int) for name in ("right", "of")):
        parts.append(f"quiz {quiz['right']} of {quiz['of']}")
    return ", ".join(parts) + "."


def _title(number: str) -> str:
    return f"{number} {LESSONS[number].title}"


def _lesson(number: str) -> str:
    return link(lesson_at(LESSONS[number]), _title(number))


def _exercises() -> list[Exercise]:
    from fusion_edu.checks import TASKS, progress  # only here: loading the tasks takes a second

    done = progress.read()
    return [Exercise(t.id, t.title, done.get(t.id, {}).get("best", 0), t.points) for t in TASKS.values()]
