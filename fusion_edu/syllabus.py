"""The lessons: number, title, minutes, and what each one needs. README, header cards, the
home page and the progress map read it here."""

from dataclasses import dataclass

__all__ = ["LESSONS", "TRACKS", "Lesson", "Track"]


@dataclass(frozen=True)
class Lesson:
    """One lesson: ``minutes`` of reading and running, ``needs`` the numbers of the lessons before it."""

    number: str
    name: str
    title: str
    minutes: int
    needs: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """File name of the lesson and of its sources in course/, without the ending."""
        return f"{self.number}_{self.name}"

    @property
    def exercises(self) -> str:
        """File name of its exercises, without the ending: another one, so that two open tabs are told apart."""
        return f"{self.number}_exercises"

    @property
    def solutions(self) -> str:
        """File name of its solutions, without the ending."""
        return f"{self.number}_solutions"


LESSONS = {
    lesson.number: lesson
    for lesson in (
        Lesson("00", "start_here", "How this course works", 35),
        Lesson("01", "heterogeneous_data", "What makes data heterogeneous", 75, ("00",)),
        Lesson("02", "mse_and_regression", "MSE: a mean of squares, and its traps", 70, ("00",)),
        Lesson("03", "cross_entropy", "Cross-entropy: classes, samples, logits", 70, ("02",)),
        Lesson("04", "contrastive_loss", "Contrastive loss: pull and push", 85, ("03",)),
        Lesson("05", "feature_fusion", "Feature fusion: from concatenation to tensors", 90, ("03",)),
        Lesson("06", "decision_fusion", "Decision fusion: votes, averages, products", 75, ("03",)),
        Lesson("07", "image_text_project", "The article's project, made to run", 90, ("05", "06")),
        Lesson("08", "attention_and_graph_fusion", "Attention, bottlenecks and graphs", 85, ("05",)),
        Lesson("09", "alignment_and_retrieval", "CLIP, SigLIP, SupCon and cross-modal retrieval", 100, ("04",)),
        Lesson("10", "missing_and_noisy", "Missing and noisy modalities", 70, ("05", "06", "08")),
        Lesson("11", "when_two_are_worse", "When two modalities are worse than one", 80, ("05",)),
        Lesson("12", "evaluation_and_calibration", "Did fusion help? Numbers you can defend", 85, ("06",)),
        Lesson("13", "explaining_fusion", "Why did it say that, and who said it?", 90, ("05", "12")),
        Lesson("14", "speech_text_video", "Text and speech, video and sound", 90, ("05", "06", "08")),
        Lesson("15", "multimodal_translation", "Translate with a picture", 80, ("08",)),
        Lesson("16", "vision_language", "A small vision-language model, and what size costs", 90, ("08", "09", "15")),
        Lesson("17", "clinic_and_project", "A clinic, and your project", 90, ("10", "12", "13")),
        Lesson("18", "tools", "One model, four libraries", 60, ("07",)),
    )
}


@dataclass(frozen=True)
class Track:
    """A way through the course: ``numbers`` of lessons, in order."""

    title: str
    says: str
    numbers: tuple[str, ...]

    @property
    def lessons(self) -> dict[str, Lesson]:
        """Its lessons, number -> Lesson."""
        return {number: LESSONS[number] for number in self.numbers if number in LESSONS}


_ESSENTIALS = ("00", "01", "02", "03", "04", "05", "06", "07", "12")
_PRACTITIONER = tuple(sorted({*_ESSENTIALS, "08", "09", "10", "11", "14"}))
TRACKS = {
    "essentials": Track(
        "Essentials", "the losses, the two ways to fuse, one project, numbers you can defend", _ESSENTIALS
    ),
    "practitioner": Track(
        "Practitioner", "also attention, missing modalities, weights, retrieval, sound and video", _PRACTITIONER
    ),
    "full": Track("Full", "every lesson", tuple(LESSONS)),
}
