"""Tasks of lesson 07: what goes into the article's model, and where its branches meet."""

import torch
from torch import Tensor, tensor

from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.task import Mistake, Task, edit
from fusion_edu.autograder.views import as_numbers

# 07.1 ---------------------------------------------------------------------------------------------


def texts_to_ids(texts: list[str], vocab: list[str], max_len: int) -> tuple[Tensor, int]:
    """N texts to ids (N, max_len) and the number of rows that their Embedding needs."""
    index = {word: i + 2 for i, word in enumerate(vocab)}
    ids = torch.zeros(len(texts), max_len, dtype=torch.long)
    for row, text in enumerate(texts):
        found = [index.get(word, 1) for word in text.lower().split()][:max_len]
        ids[row, : len(found)] = torch.tensor(found, dtype=torch.long)
    return ids, len(vocab) + 2


WORDS = ("red", "cat", "face", "with", "tears", "of", "joy", "heart", "blue", "moon", "rocket", "tea")


def _sentence(draw: Draw, words: int) -> str:
    chosen = [WORDS[i] for i in draw.labels(len(WORDS), words).tolist()]
    return " ".join(word.upper() if i % 3 == 2 else word for i, word in enumerate(chosen))


def _draw_texts(draw: Draw) -> list[Case]:
    vocab = [WORDS[i] for i in draw.order(len(WORDS)).tolist()]
    texts = [_sentence(draw, draw.whole(1, 5)) for _ in range(draw.whole(3, 5))]
    return [
        Case("one word", ([_sentence(draw, 1)], vocab, 1)),
        Case("random, all known", (texts, vocab, 6)),
        Case("random, half unknown", ([*texts, _sentence(draw, 6)], vocab[:6], 7)),
        Case("random, cut", ([_sentence(draw, 6), _sentence(draw, 4)], vocab[:8], 3)),
        Case("nothing known", (texts, ["other"], 4)),
        Case("room to spare", (["", *texts], vocab, draw.whole(8, 12))),
    ]


TEXTS = Task(
    id="07.1",
    title="From text to ids, and the right vocab_size",
    promise="""
    Write `texts_to_ids(texts, vocab, max_len)`: turn texts into rows of word numbers for an Embedding layer.

    - `texts` is a list of N >= 1 strings, of ASCII characters, which may be empty. Their words are what stands between white space, as `str.split()` sees it, in lower case: punctuation, digits and underscores belong to the word they touch. "<pad>" and "<unk>" are no words of a text. `vocab` is a list of one or more different words in lower case; `max_len` >= 1.
    - Id 0 is padding, 1 an unknown word, and vocab[i] has id i + 2.
    - It returns two things: an integer tensor of shape (N, max_len), of any signed integer dtype that holds the ids, and `vocab_size`, a whole number: the number of rows that an Embedding needs for all these ids, padding and unknown included.
    - A longer text keeps its first max_len words. A shorter one is padded with 0 at the end.
    - The inputs are not changed.
    """,
    reference=texts_to_ids,
    named=(
        Case("all known", (["a red cat"], ["a", "red", "cat"], 4)),
        Case("one unknown", (["a blue cat"], ["a", "cat"], 3)),
        Case("too long", (["a b c d"], ["a", "b", "c", "d"], 2)),
        Case("capitals", (["A Cat"], ["a", "cat"], 2)),
        Case("an empty text", (["", "a"], ["a"], 2)),
        Case("white space", (["  a\tcat \n a"], ["cat", "a"], 4)),
        Case("punctuation", (["Don't stop, new_york 2!"], ["stop", "don't", "2", "new_york", "stop,", "2!"], 5)),
        Case("words that these texts do not use", (["b b"], ["a", "b", "c", "d"], 3)),
        Case("three texts", (["b a", "", "c b x a"], ["c", "a", "b"], 3)),
        Case("300 words", (["w299 w0 w150"], [f"w{i}" for i in range(300)], 3)),
    ),
    draws=_draw_texts,
    mistakes=(
        Mistake(
            "one row too few",
            edit("len(vocab) + 2", "len(vocab) + 1"),
            "vocab_size is too small by one: the ids run from 0 to len(vocab) + 1, so the Embedding needs len(vocab) + 2 rows. The last word would raise an IndexError, on a GPU a device assert.",
            "IndexError at the last word",
        ),
        Mistake(
            "bare vocab size",
            edit("len(vocab) + 2", "len(vocab)"),
            "vocab_size forgets padding and the unknown word: the Embedding needs len(vocab) + 2 rows.",
            "IndexError at the last two words",
        ),
        Mistake(
            "pad collides",
            edit("i + 2 for", "i for"),
            "Your first word has id 0, which is padding, and the second has 1, the unknown word: with a mask the first vanishes. Words start at 2.",
            "the first word is masked away",
        ),
        Mistake(
            "unknown collides",
            edit("i + 2 for", "i + 1 for"),
            "Your first word has id 1, which means unknown. Words start at 2.",
            "the first word means unknown",
        ),
        Mistake(
            "unknown is padding",
            edit("index.get(word, 1)", "index.get(word, 0)"),
            "Your unknown words get 0 and count as padding: with mask_zero=True they vanish. Unknown is 1.",
            "unknown words are masked away",
        ),
        Mistake(
            "one row for all",
            edit(
                "torch.zeros(len(texts), max_len, dtype=torch.long)",
                "torch.zeros(max_len, dtype=torch.long).expand(len(texts), -1)",
            ),
            "All your rows are one and the same row: each text writes over the one before. [[0] * max_len] * N repeats one list N times; make a list for each text.",
            "the texts write over each other",
        ),
        Mistake(
            "unknown dropped",
            edit(
                "[index.get(word, 1) for word in text.lower().split()]",
                "[index[word] for word in text.lower().split() if word in index]",
            ),
            "You dropped the unknown words, so all later words move to the left. Put a 1 in their place.",
            "later words move",
        ),
        Mistake(
            "keeps the end",
            edit("[:max_len]", "[-max_len:]"),
            "You kept the last words, as Keras' pad_sequences does by default (truncating='pre'). This task keeps the first.",
            "the end of a long text",
        ),
        Mistake(
            "not lower case",
            edit(".lower()", ""),
            "'Cat' is unknown to you: bring the text to lower case, as the vocabulary is.",
            "capitals are unknown",
        ),
        Mistake(
            "padding first",
            edit("ids[row, : len(found)]", "ids[row, max_len - len(found) :]"),
            "Your padding stands at the start (the default of Keras' pad_sequences). Here it comes at the end.",
            "zeros on the left",
        ),
        Mistake(
            "split at blanks",
            edit(".split()", '.split(" ")'),
            "split(' ') makes empty words of double blanks and keeps tabs inside words. split() without an argument splits at any white space.",
            "an empty text has one unknown word",
        ),
        Mistake(
            "float ids",
            edit("max_len, dtype=torch.long", "max_len"),
            "Your ids are floats: an Embedding raises an error. Make the tensor with dtype=torch.long.",
            "Embedding raises an error",
        ),
        Mistake(
            "letters and digits",
            edit(
                "text.lower().split()", '"".join(c if c.isalnum() or c == "_" else " " for c in text.lower()).split()'
            ),
            "Your words end at punctuation, so don't becomes two words, and the comma behind a word is lost. Here a word is all that stands between white space: .split().",
            "words end at punctuation",
        ),
        Mistake(
            "letters only",
            edit("text.lower().split()", '"".join(c if c.isalpha() else " " for c in text.lower()).split()'),
            "Your words consist of letters only: digits, underscores and punctuation are lost. Here a word is all that stands between white space: .split().",
            "digits and punctuation are lost",
        ),
        Mistake(
            "punctuation stripped",
            edit("index.get(word, 1)", 'index.get(word.strip(".,;:!?"), 1)'),
            "You took the punctuation off the ends of the words. Here it belongs to the word that it touches.",
            "a comma is lost",
        ),
        Mistake(
            "characters",
            edit("text.lower().split()", "text.lower()"),
            "You looked up single characters: a loop over a string gives its letters. Split the text into words first.",
            "letters for words",
        ),
        Mistake(
            "cut by characters",
            edit("text.lower().split()][:max_len]", "text.lower()[:max_len].split()]"),
            "You cut the text to max_len characters. Split first, then keep the first max_len words.",
            "max_len letters, not words",
        ),
        Mistake(
            "one word too few",
            edit("[:max_len]", "[: max_len - 1]"),
            "You keep max_len - 1 words: the last place stays empty even where the text would fill it.",
            "the last place is always padding",
        ),
        Mistake(
            "each word once",
            edit("text.lower().split()", "dict.fromkeys(text.lower().split())"),
            "A word that comes twice stands in your row only once. A row holds the words as they follow each other.",
            "repeated words are lost",
        ),
        Mistake(
            "as wide as the longest",
            edit("max_len, dtype", "max(len(text.split()) for text in texts), dtype", "[:max_len]", ""),
            "Your rows are as long as the longest text. They have max_len places, whatever the texts are: a longer text is cut, a shorter one padded.",
            "another width for each batch",
        ),
        Mistake(
            "as wide as the longest that is left",
            edit("max_len, dtype", "max(len(text.split()[:max_len]) for text in texts), dtype"),
            "Your rows are as long as the longest text after the cut. They have max_len places, even where no text fills them.",
            "another width for each batch",
        ),
        Mistake(
            "padded with unknown",
            edit("torch.zeros(", "torch.ones("),
            "You pad with 1, the unknown word. Padding is 0.",
            "unknown words at the end of each text",
        ),
        Mistake(
            "padding and unknown exchanged",
            edit("torch.zeros(", "torch.ones(", "index.get(word, 1)", "index.get(word, 0)"),
            "Padding and the unknown word have changed places: padding is 0, unknown is 1.",
            "padding is 1, unknown is 0",
        ),
        Mistake(
            "unknown at the end",
            edit("i + 2 for", "i + 1 for", "index.get(word, 1)", "index.get(word, len(vocab) + 1)"),
            "Your unknown word has the last id, and the words begin with 1. Unknown is 1, and vocab[i] has id i + 2.",
            "unknown has the last id",
        ),
        Mistake(
            "unknown raises",
            edit("index.get(word, 1)", "index[word]"),
            "A word that is not in vocab raises an error. It gets the id 1: .get(word, 1).",
            "KeyError at a new word",
        ),
        Mistake(
            "vocabulary sorted",
            edit("enumerate(vocab)", "enumerate(sorted(vocab))"),
            "You sorted the vocabulary: vocab[i] no longer has id i + 2. Keep its order, or a trained Embedding means other words.",
            "ids of another order",
        ),
        Mistake(
            "size of these ids",
            edit("len(vocab) + 2", "int(ids.max()) + 1"),
            "Your vocab_size comes from the largest id of these texts. The next text may hold a later word of vocab: count all of them, and the two special ids.",
            "IndexError at the next batch",
        ),
        Mistake(
            "size of these texts",
            edit("len(vocab) + 2", "len({word for text in texts for word in text.lower().split()}) + 2"),
            "Your vocab_size counts the words of these texts. The ids come from vocab: its length plus 2.",
            "another size for each batch",
        ),
        Mistake(
            "one row too many",
            edit("len(vocab) + 2", "len(vocab) + 3"),
            "vocab_size is one too large: the largest id is len(vocab) + 1, and counting from 0 that makes len(vocab) + 2 rows.",
            "a row that no id reaches",
        ),
        Mistake(
            "return in the loop",
            edit("    return ids, len(vocab) + 2", "        return ids, len(vocab) + 2"),
            "Only the first row is filled, all others are 0: does your return stand inside the loop?",
            "only the first text has ids",
        ),
        Mistake(
            "size first",
            edit("return ids, len(vocab) + 2", "return len(vocab) + 2, ids"),
            "The two results are in the other order: first the ids, then vocab_size.",
            "vocab_size before the ids",
        ),
        Mistake(
            "time first",
            edit("return ids,", "return ids.T.contiguous(),"),
            "Your ids have shape (max_len, N): one text a column. One text a row: (N, max_len).",
            "texts in columns",
        ),
        Mistake(
            "a list",
            edit("return ids,", "return ids.tolist(),"),
            "The ids are right, but your result is a list. Return a tensor.",
            "a list, not a tensor",
        ),
    ),
    hints=(
        "Which is the largest id that can occur? An Embedding needs one row more.",
        "A dictionary from word to id, and .get(word, 1) for the unknown.",
        "Start with torch.zeros(N, max_len, dtype=torch.long) and fill in each row from the left.",
    ),
    difficulty=1,
    points=10,
    minutes=15,
    view=as_numbers,
)

# 07.2 ---------------------------------------------------------------------------------------------


def vgg_preprocess(x: Tensor) -> Tensor:
    """RGB pictures (N, H, W, 3) in 0 .. 255 to what the Keras weights of VGG16 expect."""
    bgr = x.flip(-1)
    return bgr - x.new_tensor([103.939, 116.779, 123.68])


def _torchvision(x: Tensor) -> Tensor:
    return (x / 255 - x.new_tensor([0.485, 0.456, 0.406])) / x.new_tensor([0.229, 0.224, 0.225])


def _minus_one_to_one(x: Tensor) -> Tensor:
    return x / 127.5 - 1


def _overwrites(x: Tensor) -> Tensor:
    x -= x.new_tensor([123.68, 116.779, 103.939])
    return x.flip(-1)


def _draw_pictures(draw: Draw) -> list[Case]:
    n, h, w = draw.whole(2, 3), draw.whole(4, 5), draw.whole(6, 7)
    return [
        Case("one pixel", (draw.labels(256, 1, 1, 1, 3).float(),)),
        Case("random", (draw.labels(256, n, h, w, 3).float(),)),
        Case("square of side 3", (draw.uniform(3, 3, 3, 3, high=255.0),)),
        Case("black and white", (255.0 * draw.labels(2, n, h, w, 1).expand(n, h, w, 3).clone(),)),
        Case("float64", (draw.uniform(n, h, w, 3, high=255.0, dtype=torch.float64),)),
        Case("no picture", (torch.zeros(0, h, w, 3),)),
    ]


PREPROCESS = Task(
    id="07.2",
    title="What VGG16 expects to see",
    promise="""
    Write `vgg_preprocess(x)`: prepare pictures for the VGG16 of Keras, whose weights expect blue, green, red, each minus its mean over ImageNet.

    - `x` has shape (N, H, W, 3), N >= 0 and H, W >= 1: red, green, blue as floats from 0 to 255 (float32 or float64).
    - The result has the same shape and dtype: the channels in the order blue, green, red, minus (103.939, 116.779, 123.68) in that order. Nothing is divided.
    - Rows and columns of the picture stay where they are.
    - The values are right within 0.0001, so means in float32 will do. The input is not changed. No gradient is asked for: it may be cut.
    """,
    reference=vgg_preprocess,
    named=(
        Case("a red pixel", (tensor([[[[255.0, 0.0, 0.0]]]]),)),
        Case("grey", (tensor([[[[128.0, 128.0, 128.0]]]]),)),
        Case("two pixels", (tensor([[[[10.0, 20.0, 30.0], [40.0, 50.0, 60.0]]]]),)),
        Case("3 x 3 pixels", (Draw(1).uniform(1, 3, 3, 3, high=255.0),)),
        Case("two pictures", (Draw(2).uniform(2, 2, 4, 3, high=255.0),)),
        Case("dark, float64", (Draw(3).uniform(1, 2, 2, 3, high=9.0, dtype=torch.float64),)),
        Case("nearly black", (Draw(4).uniform(2, 2, 3, 3, high=0.9),)),
    ),
    draws=_draw_pictures,
    mistakes=(
        Mistake(
            "rgb",
            edit("x.flip(-1)", "x"),
            "Red and blue have changed places for the network: its weights expect blue, green, red. Turn the last axis round, x.flip(-1).",
            "a red object looks blue",
        ),
        Mistake(
            "scaled",
            edit("bgr - x", "bgr / 255 - x"),
            "You scaled to 0 .. 1 and then subtracted more than 100: every picture looks black. Here nothing is divided.",
            "every pixel near -110",
        ),
        Mistake(
            "scaled after",
            edit(
                "return bgr - x.new_tensor([103.939, 116.779, 123.68])",
                "return (bgr - x.new_tensor([103.939, 116.779, 123.68])) / 255",
            ),
            "You divided by 255: the weights have seen numbers from -124 to 151. Here nothing is divided.",
            "255 times too small",
        ),
        Mistake(
            "torchvision",
            _torchvision,
            "That is the recipe of torchvision (0 .. 1, its mean, its deviation): right for torchvision's weights, wrong for those of Keras.",
            "numbers from -2 to 3",
        ),
        Mistake(
            "means in rgb order",
            edit("[103.939, 116.779, 123.68]", "[123.68, 116.779, 103.939]"),
            "You turned the channels round but not the means: after the flip blue comes first, and its mean is 103.939.",
            "blue loses the mean of red",
        ),
        Mistake(
            "mirrored",
            edit("x.flip(-1)", "x.flip(2)"),
            "flip(2) mirrors the picture. The channels are the last axis: flip(-1).",
            "the picture is mirrored",
        ),
        Mistake(
            "mirrored as well",
            edit("x.flip(-1)", "x.flip(2, 3)"),
            "You mirrored the picture as well as turning the channels. Only the last axis turns: flip(-1).",
            "the picture is mirrored",
        ),
        Mistake(
            "all axes turned",
            edit("x.flip(-1)", "x.flip(1, 2, 3)"),
            "You turned the picture upside down as well as the channels. Only the last axis turns: flip(-1).",
            "the picture is upside down",
        ),
        Mistake(
            "minus one to one",
            _minus_one_to_one,
            "That is the recipe of MobileNet and Inception, -1 .. 1. VGG16 takes the means off and nothing more.",
            "numbers from -1 to 1",
        ),
        Mistake(
            "no means",
            edit("return bgr - x.new_tensor([103.939, 116.779, 123.68])", "return bgr"),
            "The means are still there: subtract 103.939, 116.779 and 123.68.",
            "every pixel is too bright",
        ),
        Mistake(
            "overwrites",
            _overwrites,
            "The values are right, but your function overwrote the caller's pictures (-=, x[...] = and methods whose names end in _ do): a cached data set is then another one in the second epoch. Write x - means.",
            "the second epoch subtracts twice",
        ),
        Mistake(
            "upside down",
            edit("x.flip(-1)", "x.flip(1)"),
            "flip(1) turns the picture upside down. The channels are the last axis: flip(-1).",
            "the picture is upside down, red stays first",
        ),
        Mistake(
            "batch turned",
            edit("x.flip(-1)", "x.flip(0)"),
            "You turned the order of the pictures: axis 0 is the batch, as in NumPy's x[::-1]. The channels are the last axis: flip(-1), or x[..., [2, 1, 0]].",
            "another picture for each label",
        ),
        Mistake(
            "channels rolled",
            edit("x.flip(-1)", "x.roll(1, -1)"),
            "Your channels come as blue, red, green: a roll moves all three by one place. Red and blue change places, and green stays in the middle.",
            "blue, red, green",
        ),
        Mistake(
            "channels first",
            edit(
                "return bgr - x.new_tensor([103.939, 116.779, 123.68])",
                "return (bgr - x.new_tensor([103.939, 116.779, 123.68])).permute(0, 3, 1, 2)",
            ),
            "Your result has shape (N, 3, H, W), as PyTorch likes it. The VGG16 of Keras wants the channels last: (N, H, W, 3).",
            "shape (N, 3, H, W)",
        ),
        Mistake(
            "means down the picture",
            edit("[103.939, 116.779, 123.68])", "[103.939, 116.779, 123.68]).view(3, 1, 1)"),
            "You lined the means up with the rows of the picture: shape (3, 1, 1) is for channels first. Here the channels are last: shape (3,).",
            "an error, unless a picture has 3 rows",
        ),
        Mistake(
            "means added",
            edit("bgr - x", "bgr + x"),
            "You added the means. Subtract them.",
            "every pixel is too bright by 200 and more",
        ),
        Mistake(
            "means of 0 to 1",
            edit(
                "bgr - x.new_tensor([103.939, 116.779, 123.68])", "bgr - x.new_tensor([103.939, 116.779, 123.68]) / 255"
            ),
            "You divided the means by 255, but the pictures go from 0 to 255: hardly anything is subtracted.",
            "the means are nearly still there",
        ),
        Mistake(
            "torchvision's means",
            edit("[103.939, 116.779, 123.68]", "[103.53, 116.28, 123.675]"),
            "Those are torchvision's means times 255. The weights of Keras were trained with 103.939, 116.779 and 123.68.",
            "off by half a grey level",
        ),
        Mistake(
            "means rounded",
            edit("[103.939, 116.779, 123.68]", "[104.0, 117.0, 123.0]"),
            "You used 104, 117, 123, as many Caffe scripts do. Asked for are 103.939, 116.779 and 123.68.",
            "off by less than one grey level",
        ),
        Mistake(
            "one mean for all",
            edit("x.new_tensor([103.939, 116.779, 123.68])", "(103.939 + 116.779 + 123.68) / 3"),
            "You subtracted one number from all channels. Each channel has a mean of its own.",
            "the colours shift",
        ),
        Mistake(
            "own means",
            edit("x.new_tensor([103.939, 116.779, 123.68])", "bgr.mean((0, 1, 2))"),
            "You subtracted the means of the given pictures. The weights expect the means of ImageNet: then a picture's result does not depend on its batch.",
            "depends on the batch",
        ),
        Mistake(
            "own means of each picture",
            edit("x.new_tensor([103.939, 116.779, 123.68])", "bgr.mean((1, 2), keepdim=True)"),
            "You subtracted each picture's own means: a dark picture and a bright one look the same. The weights expect the means of ImageNet.",
            "bright and dark look the same",
        ),
        Mistake(
            "divided by the deviation",
            edit(
                "bgr - x.new_tensor([103.939, 116.779, 123.68])",
                "(bgr - x.new_tensor([103.939, 116.779, 123.68])) / x.new_tensor([57.375, 57.12, 58.395])",
            ),
            "You also divided by the deviations of ImageNet. That is torchvision's recipe; here nothing is divided.",
            "nearly 60 times too small",
        ),
        Mistake(
            "scaled up",
            edit("bgr - x", "255 * bgr - x"),
            "You multiplied by 255: the pictures go from 0 to 255 already.",
            "numbers up to 65 000",
        ),
        Mistake(
            "negatives cut",
            edit(
                "return bgr - x.new_tensor([103.939, 116.779, 123.68])",
                "return (bgr - x.new_tensor([103.939, 116.779, 123.68])).clamp(min=0)",
            ),
            "You cut what is below 0. Dark pixels are negative here, and the weights expect that.",
            "everything dark is alike",
        ),
        Mistake(
            "float32",
            edit(
                "return bgr - x.new_tensor([103.939, 116.779, 123.68])",
                "return (bgr - x.new_tensor([103.939, 116.779, 123.68])).float()",
            ),
            "The values are right, but your result is float32 whatever comes in: float64 goes in and should come out.",
            "float64 is lost",
        ),
        Mistake(
            "blue twice",
            edit("x.flip(-1)", "x[..., [2, 1, 2]]"),
            "Blue stands in both places: you wrote it over red before red was saved. Turn the axis round in one step, x.flip(-1), or keep a copy.",
            "red is lost",
        ),
        Mistake(
            "red twice",
            edit("x.flip(-1)", "x[..., [0, 1, 0]]"),
            "Red stands in both places: you wrote it over blue before blue was saved. Turn the axis round in one step, x.flip(-1), or keep a copy.",
            "blue is lost",
        ),
        Mistake(
            "crash for no picture",
            edit("x.flip(-1)", "torch.stack([picture.flip(-1) for picture in x])"),
            "N may be 0, and your function raises an error then: torch.stack, for one, wants at least one picture. Work on the whole batch at once: x.flip(-1) takes any N.",
            "an error for an empty batch",
        ),
        Mistake(
            "whole numbers",
            edit("x.flip(-1)", "x.flip(-1).trunc()"),
            "You cut the pixels down to whole numbers, as uint8 or an integer dtype does. They are floats, and fractions stay.",
            "off by less than one grey level",
        ),
        Mistake(
            "rounded",
            edit("x.flip(-1)", "x.flip(-1).round()"),
            "You rounded the pixels to whole numbers. They are floats, and fractions stay.",
            "off by up to half a grey level",
        ),
        Mistake(
            "dark ones scaled up",
            edit("x.flip(-1)", "x.flip(-1) * (255 if x.numel() and x.max() <= 1 else 1)"),
            "Where no value is above 1 you multiply by 255: a nearly black picture becomes a bright one. The pictures go from 0 to 255, always.",
            "black comes out bright",
        ),
        Mistake(
            "stretched",
            edit("x.flip(-1)", "x.flip(-1) * (255 / x.max() if x.numel() else 1)"),
            "You stretched the values so that the largest is 255: a dark picture becomes a bright one, and it depends on its batch. Take them as they are.",
            "dark comes out bright",
        ),
        Mistake(
            "nothing turned",
            edit("x.flip(-1)", "x", "[103.939, 116.779, 123.68]", "[123.68, 116.779, 103.939]"),
            "Channels and means are both still in the order red, green, blue: each loses its own mean, but the weights expect blue first. Turn the channels, x.flip(-1), and take the means in the order of the task.",
            "a red object looks blue",
        ),
        Mistake(
            "minus one to one, turned",
            edit("bgr - x.new_tensor([103.939, 116.779, 123.68])", "bgr / 127.5 - 1"),
            "That is the recipe of MobileNet and Inception, -1 .. 1. VGG16 takes the means off and nothing more.",
            "numbers from -1 to 1",
        ),
        Mistake(
            "zero to one",
            edit("bgr - x.new_tensor([103.939, 116.779, 123.68])", "bgr / 255"),
            "You scaled to 0 .. 1. VGG16 takes the means off and nothing more.",
            "numbers from 0 to 1",
        ),
        Mistake(
            "means rounded to the nearest",
            edit("[103.939, 116.779, 123.68]", "[104.0, 117.0, 124.0]"),
            "You rounded the means to whole numbers. They are 103.939, 116.779 and 123.68.",
            "off by a third at most",
        ),
    ),
    hints=(
        "Which axis holds the channels, and in which order do the three means come?",
        "x.flip(-1), or x[..., [2, 1, 0]], gives blue, green, red.",
        "Three numbers, shape (3,), broadcast over the last axis by themselves.",
    ),
    difficulty=2,
    points=10,
    minutes=15,
    forbidden=("keras.src.applications", "keras.applications"),
    atol=1e-4,
)

# 07.3 ---------------------------------------------------------------------------------------------


def pool_and_join(fmap: Tensor, text: Tensor) -> Tensor:
    """Feature map (N, H, W, C) and text (N, D) to (N, C + D)."""
    pooled = fmap.mean(dim=(1, 2))
    return torch.cat([pooled, text], dim=-1)


def _draw_maps(draw: Draw) -> list[Case]:
    n, h, w, c, d = draw.whole(2, 3), draw.whole(4, 5), draw.whole(6, 7), draw.whole(8, 9), draw.whole(2, 4)
    return [
        Case("sizes 1", (draw.normal(1, 1, 1, 1), draw.normal(1, 1))),
        Case("random", (draw.normal(n, h, w, c), draw.normal(n, d))),
        Case("all sizes 3", (draw.normal(3, 3, 3, 3), draw.normal(3, 3))),
        Case("random, one row of places", (draw.normal(n, 1, w, c), draw.normal(n, d))),
        Case("large", (1e3 * draw.normal(n, h, w, c), draw.normal(n, d))),
        Case("float64", (draw.normal(n, h, w, c, dtype=torch.float64), draw.normal(n, d, dtype=torch.float64))),
        Case("gradient, random", (draw.normal(n, 2, w, 3), draw.normal(n, d)), gradient=(0, 1)),
    ]


POOL = Task(
    id="07.3",
    title="Join a feature map with a sentence vector",
    promise="""
    Write `pool_and_join(fmap, text)`: average the feature map of each picture over its places, and put the text behind it.

    - `fmap` has shape (N, H, W, C), channels last as in Keras; `text` (N, D); N, H, W, C, D >= 1; one dtype (float32 or float64).
    - The result has shape (N, C + D) and that dtype: first the C averages over the H · W places, then the D numbers of the text.
    - Gradients flow back to both. The inputs are not changed.
    """,
    reference=pool_and_join,
    named=(
        Case("one place", (tensor([[[[1.0, 2.0]]]]), tensor([[9.0]]))),
        Case("two places", (tensor([[[[1.0, 2.0]], [[3.0, 6.0]]]]), tensor([[9.0]]))),
        Case("2 x 2 places", (Draw(1).normal(2, 2, 2, 3), Draw(2).normal(2, 4))),
        Case("all sizes 3", (Draw(1).normal(3, 3, 3, 3), Draw(2).normal(3, 3))),
        Case("gradient", (Draw(1).normal(2, 2, 2, 3), Draw(2).normal(2, 4)), gradient=(0, 1)),
        Case("zeros in the map", (tensor([[[[0.0, 4.0], [2.0, 0.0]], [[0.0, 0.0], [2.0, 4.0]]]]), tensor([[1.0]]))),
        Case(
            "2 x 3 places, float64",
            (Draw(4).normal(2, 2, 3, 4, dtype=torch.float64), Draw(5).normal(2, 3, dtype=torch.float64)),
        ),
    ),
    draws=_draw_maps,
    mistakes=(
        Mistake(
            "not pooled",
            edit("fmap.mean(dim=(1, 2))", "fmap"),
            "A map of four axes and a text of two cannot be joined: VGG16 without its top gives (N, 7, 7, 512), the LSTM (N, 128). Average over the places first.",
            "an error, as in the article",
        ),
        Mistake(
            "flattened",
            edit("fmap.mean(dim=(1, 2))", "fmap.flatten(1)"),
            "You flattened: H · W · C numbers, 25 088 for VGG16, in which the 128 of the text drown. Average over the places.",
            "H · W · C numbers",
        ),
        Mistake(
            "max",
            edit("fmap.mean(dim=(1, 2))", "fmap.amax(dim=(1, 2))"),
            "You took the largest value of each channel; the task asks for the average.",
            "the largest, not the average",
        ),
        Mistake(
            "channels first",
            edit("dim=(1, 2)", "dim=(2, 3)"),
            "You averaged over the width and the channels, as if the channels came first (PyTorch). In Keras they come last: the places are axes 1 and 2.",
            "the channels are averaged away",
        ),
        Mistake(
            "sum",
            edit("fmap.mean(dim=(1, 2))", "fmap.sum(dim=(1, 2))"),
            "You summed over the places: a larger picture gives larger numbers. Average.",
            "grows with the picture",
        ),
        Mistake(
            "text first",
            edit("[pooled, text]", "[text, pooled]"),
            "The text stands first; the picture comes first here.",
            "columns in another order",
        ),
        Mistake(
            "batch mean",
            edit("fmap.mean(dim=(1, 2))", "fmap.mean(dim=(0, 1, 2)).expand(len(fmap), -1)"),
            "You averaged over the batch too: all pictures look the same. Keep axis 0.",
            "all pictures look the same",
        ),
        Mistake(
            "height only",
            edit("dim=(1, 2)", "dim=1", "[pooled, text]", "[pooled.flatten(1), text]"),
            "You averaged over the height only: W · C numbers are left. Average over both axes of places.",
            "W · C numbers",
        ),
        Mistake(
            "detached",
            edit("torch.cat([pooled", "torch.cat([pooled.detach()"),
            "The values are right, but no gradient reaches the pictures: .detach(), torch.no_grad(), .data or NumPy cut the graph.",
            "the picture branch never learns",
        ),
        Mistake(
            "width only",
            edit("dim=(1, 2)", "dim=2", "[pooled, text]", "[pooled.flatten(1), text]"),
            "You averaged over the width only: H · C numbers are left. Average over both axes of places.",
            "H · C numbers",
        ),
        Mistake(
            "over channels",
            edit("fmap.mean(dim=(1, 2))", "fmap.mean(dim=-1).flatten(1)"),
            "You averaged over the channels and kept the places: H · W numbers. The channels say what is seen; average over the places.",
            "H · W numbers",
        ),
        Mistake(
            "reshaped",
            edit("fmap.mean(dim=(1, 2))", "fmap.reshape(len(fmap), fmap.shape[-1], -1).mean(-1)"),
            "Your shape is right and your numbers are mixed: reshape to (N, C, ...) does not move the channels to the front, it cuts the same row of numbers elsewhere. Average over axes 1 and 2 as they are.",
            "the right shape, mixed channels",
        ),
        Mistake(
            "divided by the height",
            edit("fmap.mean(dim=(1, 2))", "fmap.sum(dim=(1, 2)) / fmap.shape[1]"),
            "You summed over all places and divided by H only. There are H · W places.",
            "W times too large",
        ),
        Mistake(
            "divided by the width",
            edit("fmap.mean(dim=(1, 2))", "fmap.sum(dim=(1, 2)) / fmap.shape[2]"),
            "You summed over all places and divided by W only. There are H · W places.",
            "H times too large",
        ),
        Mistake(
            "zeros left out",
            edit("fmap.mean(dim=(1, 2))", "fmap.sum(dim=(1, 2)) / (fmap != 0).sum(dim=(1, 2)).clamp_min(1)"),
            "You divided by the number of places that are not 0. Every place counts: that a channel is silent in most of them is what the average says.",
            "a channel that fires once looks strong",
        ),
        Mistake(
            "median",
            edit("fmap.mean(dim=(1, 2))", "fmap.flatten(1, 2).median(1).values"),
            "You took the median over the places; the task asks for the average.",
            "the median, not the average",
        ),
        Mistake(
            "first place",
            edit("fmap.mean(dim=(1, 2))", "fmap[:, 0, 0]"),
            "You took the upper left corner of the map. Average over all places.",
            "one corner of the picture",
        ),
        Mistake(
            "last place",
            edit("fmap.mean(dim=(1, 2))", "fmap[:, -1, -1]"),
            "You took the lower right corner of the map. Average over all places.",
            "one corner of the picture",
        ),
        Mistake(
            "negatives cut",
            edit("fmap.mean(dim=(1, 2))", "torch.relu(fmap).mean(dim=(1, 2))"),
            "You cut what is below 0 before you averaged. The map may hold any numbers; average them as they are.",
            "negative numbers are lost",
        ),
        Mistake(
            "length 1",
            edit("[pooled, text]", "[pooled / pooled.norm(dim=1, keepdim=True), text]"),
            "You scaled the averages of each picture to length 1. Here they stay as they are.",
            "how strong the picture is gets lost",
        ),
        Mistake(
            "joined along the batch",
            edit("dim=-1", "dim=0"),
            "You put the texts below the pictures, dim=0: that fails unless C equals D, and then the batch is twice as long. Join along the features, dim=1.",
            "an error, or 2N rows",
        ),
        Mistake(
            "added",
            edit("torch.cat([pooled, text], dim=-1)", "pooled + text"),
            "You added the two: that fails unless C equals D, and then nobody can tell them apart. Put the text behind the averages.",
            "an error, or C numbers",
        ),
        Mistake(
            "text left out",
            edit("torch.cat([pooled, text], dim=-1)", "pooled"),
            "The text is missing: your result holds the C averages only.",
            "C numbers",
        ),
        Mistake(
            "picture left out",
            edit("torch.cat([pooled, text], dim=-1)", "text.clone()"),
            "The picture is missing: your result holds the text only.",
            "D numbers",
        ),
        Mistake(
            "text detached",
            edit("[pooled, text]", "[pooled, text.detach()]"),
            "The values are right, but no gradient reaches the text: .detach(), torch.no_grad(), .data or NumPy cut the graph.",
            "the text branch never learns",
        ),
        Mistake(
            "both detached",
            edit("torch.cat([pooled, text], dim=-1)", "torch.cat([pooled, text], dim=-1).detach()"),
            "The values are right, but no gradient reaches either input: .detach(), .data, NumPy or torch.tensor(...) cut the graph.",
            "neither branch learns",
        ),
        Mistake(
            "float32",
            edit("[pooled, text]", "[pooled.float(), text.float()]"),
            "Your result is float32 whatever comes in: float64 goes in and should come out.",
            "float64 is lost",
        ),
        Mistake(
            "divided by the height squared",
            edit("fmap.mean(dim=(1, 2))", "fmap.sum(dim=(1, 2)) / fmap.shape[1] ** 2"),
            "You divided by H², as if the map were as wide as it is high. There are H · W places.",
            "wrong where H differs from W",
        ),
        Mistake(
            "divided by the width squared",
            edit("fmap.mean(dim=(1, 2))", "fmap.sum(dim=(1, 2)) / fmap.shape[2] ** 2"),
            "You divided by W², as if the map were as high as it is wide. There are H · W places.",
            "wrong where H differs from W",
        ),
        Mistake(
            "divided by the channels",
            edit("fmap.mean(dim=(1, 2))", "fmap.sum(dim=(1, 2)) / fmap.shape[3]"),
            "You divided by the number of channels. Divide by the number of places, H · W.",
            "grows with the picture",
        ),
        Mistake(
            "both of length 1",
            edit(
                "[pooled, text]", "[pooled / pooled.norm(dim=1, keepdim=True), text / text.norm(dim=1, keepdim=True)]"
            ),
            "You scaled the averages of each picture and the numbers of each text to length 1. Here both stay as they are.",
            "how strong each of them is gets lost",
        ),
        Mistake(
            "text of length 1",
            edit("[pooled, text]", "[pooled, text / text.norm(dim=1, keepdim=True)]"),
            "You scaled the numbers of each text to length 1. Here they stay as they are.",
            "how strong the text is gets lost",
        ),
        Mistake(
            "row of length 1",
            edit(
                "return torch.cat([pooled, text], dim=-1)",
                "joined = torch.cat([pooled, text], dim=-1)\n    return joined / joined.norm(dim=1, keepdim=True)",
            ),
            "You scaled the joined row to length 1. Here the numbers stay as they are.",
            "how strong both are gets lost",
        ),
        Mistake(
            "text of the first row",
            edit("[pooled, text]", "[pooled, text[:1].expand(len(pooled), -1)]"),
            "All pictures got the text of the first row. Each has its own.",
            "right for the first row only",
        ),
        Mistake(
            "largest over the width",
            edit("fmap.mean(dim=(1, 2))", "fmap.mean(dim=1).amax(dim=1)"),
            "You averaged over the height and took the largest over the width. Average over both.",
            "the largest, not the average",
        ),
        Mistake(
            "largest over the height",
            edit("fmap.mean(dim=(1, 2))", "fmap.mean(dim=2).amax(dim=1)"),
            "You averaged over the width and took the largest over the height. Average over both.",
            "the largest, not the average",
        ),
    ),
    hints=(
        "Which axes are the places, and which are the channels?",
        "mean takes several axes at once: dim=(1, 2).",
        "torch.cat([pooled, text], dim=1)",
    ),
    difficulty=2,
    points=10,
    minutes=12,
)

TASKS = (TEXTS, PREPROCESS, POOL)
