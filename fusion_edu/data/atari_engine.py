"""Boxing matches in a process of their own: ``python atari_engine.py FILE EPISODES`` plays, cuts clips out and saves them.

It is run as a file, never imported by the course: the emulator (ale-py) is under the GPL and compiled, and what goes
wrong in it must not end a lesson. Prints a line after each match.
"""

import sys

import ale_py.roms
import numpy as np

WINDOW, STEP = 24, 3  # a clip is 24 frames of the game (0.4 s), of which every third is kept
ROWS, COLUMNS = slice(36, 180), slice(32, 128)  # the ring: what lies above it shows the score
CROP, BLOCK = (96, 96), 4  # pixels around the boxers, and the square of pixels that becomes one
WHITE_X, BLACK_X, WHITE_Y, BLACK_Y = 32, 33, 34, 35  # bytes of the game's memory
HOLD = 6  # frames until the next action


def match(seed: int) -> tuple[np.ndarray, ...]:
    """Every frame of one match in which white moves at random: points (F,), ring (F, 144, 96), sound (F, 512), near (F,)."""
    game = ale_py.ALEInterface()
    game.setInt("random_seed", seed)
    game.setBool("sound_obs", True)
    game.setFloat("repeat_action_probability", 0.0)
    game.loadROM(ale_py.roms.get_rom_path("boxing"))
    chance, actions = np.random.default_rng(seed), game.getMinimalActionSet()
    points: list[int] = []
    rings: list[np.ndarray] = []
    sounds: list[np.ndarray] = []
    near: list[bool] = []
    while not game.game_over():
        if len(points) % HOLD == 0:
            action = actions[chance.integers(len(actions))]
        points.append(game.act(action))
        rings.append(game.getScreenGrayscale()[ROWS, COLUMNS])
        sounds.append(game.getAudio().copy())
        at = game.getRAM().astype(int)
        near.append(abs(at[WHITE_X] - at[BLACK_X]) < 34 and abs(at[WHITE_Y] - at[BLACK_Y]) < 30)
    return tuple(np.array(part) for part in (points, rings, sounds, near))


def windows(points: np.ndarray, near: np.ndarray, chance: np.random.Generator) -> list[tuple[int, int]]:
    """(first frame, class) of clips: 0 white scores, 1 black scores, 2 nobody does although the boxers are close."""
    scores, found = np.flatnonzero(points), []
    for score in scores:
        start = int(score - chance.integers(6, 15))
        others = [s for s in scores if s != score and start - 14 <= s < start + WINDOW]  # whose sound would be in it
        if not others and 0 <= start <= len(points) - WINDOW:
            found.append((start, int(points[score] < 0)))
    quiet = near.copy()
    for score in scores:
        quiet[max(0, score - 30) : score + 30] = False
    middles = np.flatnonzero(quiet)
    middles = middles[(middles >= WINDOW) & (middles < len(points) - WINDOW)]
    some = chance.choice(middles, min(len(found) // 2, len(middles)), replace=False)
    return found + [(int(middle) - WINDOW // 2, 2) for middle in some]


def cut(rings: np.ndarray) -> np.ndarray:
    """(T, 24, 24) of T frames of the ring: a piece around the boxers, each square of 4 x 4 pixels averaged."""
    mat = np.median(rings)
    boxers = np.abs(rings - mat) > 40
    rows, columns = (
        np.average(np.arange(n), weights=boxers.sum(axis)) for n, axis in zip((144, 96), ((0, 2), (0, 1)), strict=True)
    )
    top, left = int(round(rows)), int(round(columns))  # of the padded ring: half a piece further up and left
    half = [n // 2 for n in CROP]
    padded = np.pad(rings, ((0, 0), (half[0],) * 2, (half[1],) * 2), constant_values=mat)
    piece = padded[:, top : top + CROP[0], left : left + CROP[1]].astype(np.float32)
    return (
        piece.reshape(len(rings), CROP[0] // BLOCK, BLOCK, CROP[1] // BLOCK, BLOCK)
        .mean((2, 4))
        .round()
        .astype(np.uint8)
    )


def main(file: str, episodes: str) -> None:
    """Clips of all matches into one .npz: frames (N, 8, 24, 24), sound (N, 8, 1536), y (N,), episode (N,)."""
    ale_py.ALEInterface.setLoggerMode(ale_py.LoggerMode.Error)
    clips = []
    for seed in range(int(episodes)):
        points, rings, sounds, near = match(seed)
        for start, label in windows(points, near, np.random.default_rng(1000 + seed)):
            span = slice(start, start + WINDOW)
            frames = cut(rings[span][STEP - 1 :: STEP])
            clips.append((frames, sounds[span].reshape(WINDOW // STEP, -1), label, seed))
        print(seed, flush=True)
    names = ("frames", "sound", "y", "episode")
    arrays = {name: np.array(part) for name, part in zip(names, zip(*clips, strict=True), strict=True)}
    np.savez(file, allow_pickle=False, **arrays)


if __name__ == "__main__":
    main(*sys.argv[1:])
