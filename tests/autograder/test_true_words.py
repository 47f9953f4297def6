"""No false word: kinds of sentences that were true of the catalogue's program, or of one case, and not of the answer."""

import math
import random

import pytest
import torch

from fusion_edu.checks import broken, check

COPIED = "work on a copy, and mind sort, insert and append"


def told(key, answer):
    return check(key, answer, seed=0, record=False)


def test_a_factor_does_not_take_back_a_mistake():
    """The half of a mistake times 2 is no mistake at all: what is wrong is the kind of error."""

    def mse_loss(pred, target, reduction="mean"):
        assert pred.shape == target.shape
        squared = (pred - target) ** 2
        return squared if reduction == "none" else squared.mean() if reduction == "mean" else squared.sum()

    verdict = told("02.1", mse_loss)
    assert verdict.mistakes == ("another error",)
    assert verdict.message == "Here the task asks for a ValueError; your function raised AssertionError."


def test_what_holds_on_every_input_holds_where_one_raises():
    def vgg_preprocess(x):
        return x.flip(-1) - x[0].new_tensor([103.939, 116.779, 123.68])

    verdict = told("07.2", vgg_preprocess)
    assert (verdict.outcome, verdict.mistakes) == ("raised", ())


def test_of_two_mistakes_neither_takes_back_the_other():
    """d for d² and d² for d are no two mistakes of somebody who squares d in the hinge alone."""

    def contrastive_loss(d, y, margin=1.0):
        return (y * d**2 + (1 - y) * torch.clamp(margin - d**2, min=0) ** 2).mean() / 2

    assert "pos unsquared" not in told("04.2", contrastive_loss).mistakes


def test_a_property_is_spoilt_as_the_mistake_spoils_it():
    """Rows that stay for some seeds are not one row that stays for all seeds."""

    def derangement(n, seed):
        g = torch.Generator().manual_seed(seed)
        for _ in range(3):
            out = torch.randperm(n, generator=g)
            if not (out == torch.arange(n)).any():
                break
        return out

    assert "one row kept" not in told("15.4", derangement).mistakes


def test_properties_that_differ_are_named():
    def seeded_split(n, test_frac, seed):
        g = torch.Generator().manual_seed(seed)
        toss = torch.rand(n, generator=g) > 1 - test_frac
        return (~toss).nonzero()[:, 0], toss.nonzero()[:, 0]

    assert "“rows for testing” should be" in told("00.2", seeded_split).message


def test_what_is_drawn_anew_each_time_is_told_as_that():
    def shapley_modalities(v, M):
        """The mean over a few orders, drawn without a seed."""
        values = [0.0] * M
        for _ in range(20):
            order = torch.randperm(M).tolist()
            for k, i in enumerate(order):
                values[i] += (v(frozenset(order[: k + 1])) - v(frozenset(order[:k]))) / 20
        return values

    verdict = told("13.3", shapley_modalities)
    assert verdict.mistakes == ("does not repeat",)
    assert "something random or remembered is in it" in verdict.message


def test_two_parts_of_another_form_are_named_whichever_rows_were_drawn():
    def seeded_split(n, test_frac, seed):
        rows = random.Random(seed).sample(range(n), n)
        k = round(n * test_frac)
        return torch.tensor(rows[k:]), torch.tensor(rows[:k])

    assert told("00.2", seeded_split).mistakes == ("empty part of floats",)


def test_an_output_is_right_only_where_it_is_in_every_case():
    def make_pairs(labels):
        """Neighbours alone, which is right for two rows, and labels that are the same where their product is a square."""
        i = torch.arange(len(labels) - 1)
        return i, i + 1, (labels[:-1] * labels[1:] == labels[:-1] ** 2).long()

    assert "right" not in told("04.4", make_pairs).message


def test_of_two_outputs_the_other_is_right():
    def mean_ci(x):
        return x.mean(), 1.96 * x.std().clamp(min=1e-3) / len(x) ** 0.5

    assert told("00.3", mean_ci).message.startswith("Of your 2 outputs the second is wrong, the other is right.")


def test_a_side_effect_of_one_case_is_told_with_it():
    def masked_mse(pred, target):
        there = ~torch.isnan(target)
        return ((pred[there] - target[there]) ** 2).mean() if there.any() else torch.tensor(0.0)

    verdict = told("02.3", masked_mse)
    assert verdict.mistakes == ("another dtype",)
    assert "it is wrong only in “all holes, float64”" in verdict.message


def test_a_gradient_that_should_be_zero_is_not_called_cut():
    def safe_distance(a, b, eps=1e-12):
        return torch.nn.functional.pairwise_distance(a, b).clamp(min=eps**0.5)

    assert told("04.1", safe_distance).message.count("is another one: it should be 0 where yours is not.")


def test_a_list_is_changed_in_its_own_ways():
    def texts_to_ids(texts, vocab, max_len):
        vocab[:0] = ["", ""]
        rows = [[vocab.index(w) if w in vocab else 1 for w in text.lower().split()][:max_len] for text in texts]
        return torch.tensor([row + [0] * (max_len - len(row)) for row in rows]), len(vocab)

    assert COPIED in told("07.1", texts_to_ids).message


@pytest.mark.parametrize(
    ("key", "names"),
    [("00.2", "test_frac"), ("09.5", "owner")],
)
def test_nothing_is_called_right_beside_another_mistake(key, names):
    def seeded_split(n, test_frac, seed):
        torch.manual_seed(seed)
        order, k = torch.randperm(n), max(1, round(n * test_frac))
        return order[k:], order[:k]

    def recall_at_k(sim, owner, k):
        rows, columns = (torch.arange(size) for size in sim.shape)
        picture = (sim.topk(k, 1).indices == rows[:, None]).any(1).double().mean()
        text = (sim.topk(k, 0).indices == columns).any(0).double().mean()
        return float(picture), float(text)

    verdict = told(key, seeded_split if key == "00.2" else recall_at_k)
    assert len(verdict.mistakes) == 2
    assert "is right" not in verdict.message
    assert "right split" not in verdict.message
    assert verdict.message.splitlines()[0] == "Two mistakes at once. Each is told as if it were the only one."
    assert names in verdict.message


def test_what_goes_on_with_an_overwritten_input_is_no_second_mistake():
    """``x.data`` is overwritten: no error comes, and the gradient is another one because of it."""

    def masked_mean(x, mask):
        x.data[~mask] = 0
        return x.sum(1) / mask.sum(1, keepdim=True).clamp(min=1).to(x.dtype)

    assert told("01.3", masked_mean).mistakes == ("overwrites `x`",)


def test_two_things_beside_right_values_are_both_told():
    def out_of_fold(x, y, fold, fit_predict):
        out = torch.zeros(len(y))
        for each in fold.unique():
            out[fold == each] = fit_predict(x[fold != each], y[fold != each], x[fold == each]).float()
        y.zero_()
        return out

    verdict = told("06.4", out_of_fold)
    assert verdict.mistakes == ("another dtype", "overwrites `y`")
    assert "First: The dtype" in verdict.message
    assert "Second: Your function overwrote `y`" in verdict.message


def test_no_error_where_one_is_asked_for():
    def mse_loss(pred, target, reduction="mean"):
        squared = (pred - target) ** 2
        return squared if reduction == "none" else squared.mean() if reduction == "mean" else squared.sum()

    assert told("02.1", mse_loss).mistakes


def test_an_order_of_numbers_is_not_told_as_two_moves():
    """Any order is many pairs of moves: this one is no exchange of `channels` and `width` beside another."""

    def behind_flatten(kernel, channels, height, width):
        return kernel.reshape(height, channels, width, -1).permute(3, 0, 2, 1).flatten(1)

    assert not told("18.2", behind_flatten).mistakes


def test_a_factor_beside_a_mistake_shows_somewhere():
    """Half of "first + second - 4 means" is no mean counted wrongly, times a half."""

    def emap(grid):
        return (grid.mean(1) + grid.mean(0)) / 3 - grid.mean((0, 1)) / 3 * 2

    assert "scaled" not in told("13.4", emap).mistakes


def test_a_factor_beside_a_mistake_that_shows_is_told_with_it():
    stacked = broken("05.1", "stack")
    verdict = told("05.1", lambda *modalities: 3 * stacked(*modalities))
    assert verdict.mistakes == ("stack", "scaled")
    assert "Second: On every input your answer is 3 times that." in verdict.message


def test_float32_is_told_alike_on_the_way_and_at_the_end():
    def emap(grid):
        return (grid.mean(1) + grid.mean(0) + grid.mean((0, 1))).float()

    assert "computed in float32" not in told("13.4", emap).message


def test_a_gradient_that_is_never_cleared():
    def cached_gradient(parts, w, encode, loss):
        leaf, total = w.detach().clone().requires_grad_(), torch.zeros_like(w)
        z = torch.cat([encode(part, leaf) for part in parts]).detach().requires_grad_()
        loss(z).backward()
        for part, grad in zip(parts, z.grad.split([len(part) for part in parts]), strict=True):
            encode(part, leaf).backward(grad)
            total += leaf.grad
        return total

    assert "never clears the gradient" in told("16.7", cached_gradient).message


@pytest.mark.parametrize(
    ("gate", "mix", "words"),
    [
        (torch.sigmoid, lambda z, a, b: z * a + 1 - z * b, "has a bracket at another place"),
        (lambda s: s.exp() / (1 + s.exp()), lambda z, a, b: z * a + (1 - z) * b, "exp of a large x is infinite"),
    ],
)
def test_slips_of_a_gate(gate, mix, words):
    def gmu(v, t, w_v, w_t, w_z):
        return mix(gate(torch.cat([v, t], 1) @ w_z.T), torch.tanh(v @ w_v.T), torch.tanh(t @ w_t.T))

    assert words in told("05.3", gmu).message


def test_an_overwritten_input_is_told_beside_a_value_without_a_name():
    def softmax(logits):
        logits -= logits.mean(-1, keepdim=True)
        return torch.exp(logits**3) / torch.exp(logits).sum(-1, keepdim=True)

    verdict = told("03.1", softmax)
    assert verdict.mistakes == ()
    assert "acts" in verdict.seen
    assert "Besides, your function overwrote `logits`: work on a copy" in verdict.message
    assert "acts" not in told("03.1", lambda logits: softmax(logits.clone())).seen


def test_an_output_that_no_mistake_explains_is_only_wrong():
    """The same cast spoils both outputs, and only the first has a name: "in another way" would be false."""

    def shift_right(tgt, bos):
        reads = torch.cat([torch.full_like(tgt[:, :1], bos), tgt[:, :-1]], 1)
        return reads.to(torch.int16), (tgt % 9999).to(torch.int16)

    verdict = told("15.1", shift_right)
    assert verdict.mistakes == ("int16",)
    assert verdict.message.splitlines()[1] == "Your second output is wrong, too."


def test_what_is_drawn_anew_is_told_where_two_calls_agree_by_chance():
    def apply_modality_dropout(feats, u, p, training):
        keep = (u >= p) | (not training)
        lost = (~keep.any(1)).nonzero()[:, 0]
        keep[lost, torch.randint(u.shape[1], (len(lost),))] = True
        return feats * keep[..., None], keep

    verdict = told("10.1", apply_modality_dropout)
    assert verdict.mistakes == ("does not repeat",)
    assert "Where they agree, the value is not always right." in verdict.message


@pytest.mark.parametrize(
    ("broken_read", "words"),
    [
        (lambda read, tgt: torch.where(read == 2, 0, read), "You took the token 2 out"),
        (lambda read, tgt: torch.where(tgt == 0, 0, read), "Where `tgt` holds 0 your decoder reads 0"),
    ],
)
def test_who_drops_the_end_is_told_from_who_keeps_the_padding(broken_read, words):
    def shift_right(tgt, bos):
        return broken_read(torch.cat([torch.full_like(tgt[:, :1], bos), tgt[:, :-1]], 1), tgt), tgt

    assert words in told("15.1", shift_right).message


def test_an_exp_of_0_is_not_called_infinite():
    def supcon_loss(z, labels, tau=0.1):
        """The largest of each row is the sample with itself: exp of all others is 0."""
        s = z @ z.T / tau
        other = ~torch.eye(len(z), dtype=torch.bool)
        s = s - s.amax(1, keepdim=True)
        logp = s - (s.exp() * other).sum(1, keepdim=True).log()
        positive = ((labels[:, None] == labels) & other).to(z.dtype)
        count = positive.sum(1)
        each = (positive * logp).sum(1)[count > 0] / count[count > 0]
        return -each.mean() if len(each) else 0 * z.sum()

    assert "infinite, or 0 for all that are summed" in told("09.4", supcon_loss).message


FLOORS = {
    "none": lambda a, b, eps=1e-12: torch.nn.functional.pairwise_distance(a, b, eps=0),
    "another": lambda a, b, eps=1e-12: ((a - b) ** 2).sum(-1).clamp_min(1e-13).sqrt(),
}


@pytest.mark.parametrize("floor", FLOORS)
def test_an_argument_without_effect_is_told_without_a_number_that_is_not_the_learners(floor):
    """Floors so small look alike: none of them is to be called 1e-12."""
    verdict = told("04.1", FLOORS[floor])
    assert "ignore eps" in verdict.mistakes
    assert "1e-12" not in verdict.message


def test_another_coverage_is_not_called_ninety_percent():
    """The rank of a quantile is a whole number: 88 % of few scores can be the rank of 90 %."""

    def conformal_sets(cal_p, cal_y, test_p, alpha=0.1):
        scores = 1 - cal_p[torch.arange(len(cal_y)), cal_y]
        k = math.ceil((len(scores) + 1) * 0.88)
        if k > len(scores):
            return torch.ones_like(test_p, dtype=torch.bool)
        return 1 - test_p <= scores.sort().values[k - 1]

    verdict = told("12.5", conformal_sets)
    assert verdict.mistakes == ("alpha ignored",)
    assert "0.1" not in verdict.message


def test_a_share_near_a_half_is_not_called_a_half():
    def modality_dropout(feats, u, p, training):
        keep = (u >= 0.48) | (u == u.amax(1, keepdim=True)) | (not training)
        return feats * keep.unsqueeze(-1), keep

    verdict = check("10.1", modality_dropout, seed=2, record=False)
    assert verdict.mistakes == ("p ignored",)
    assert "0.5" not in verdict.message


def test_whole_numbers_beyond_a_small_dtype():
    def sample_frames(n_frames, k):
        return ((2 * torch.arange(k) + 1) * n_frames // (2 * k)).to(torch.int8)

    assert "in int8, which ends at 127" in told("14.2", sample_frames).message


def test_a_list_of_numbers_in_another_order():
    one_order = broken("13.3", "one order")
    verdict = told("13.3", lambda v, M: sorted(one_order(v, M), reverse=True))
    assert verdict.mistakes == ("one order", "output sorted down")


def test_an_array_for_a_tensor_beside_a_mistake():
    verdict = told("18.1", lambda kernel: kernel.numpy().T.copy())
    assert verdict.mistakes == ("all axes reversed", "output NumPy")
