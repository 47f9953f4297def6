"""The zip of a class, as Canvas and Moodle make it, is split into learners; an id is who a learner is, a name is not."""

import io
import json
import zipfile

import pytest

from fusion_edu.autograder.marking import learners, roster
from fusion_edu.autograder.marking.owner import owner, reader
from fusion_edu.autograder.marking.submissions import beside, find

BOOK = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def packed(members: dict[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return whole.getvalue()


CANVAS = {
    "exampleada_1001_91001_04_exercises.ipynb": b"1",
    "exampleada_LATE_1002_91002_04_exercises-1.ipynb": b"2",  # the same display name, another person
    "müllerjürgen_1003_91003_my_1_2_answers.ipynb": b"3",
    "李雷_1004_91004_04_exercises.ipynb": b"4",
    "李雷_1004_91005_05_exercises.ipynb": b"5",
    "nested_1005_91006_work.zip": packed({"in/04.ipynb": b"6", "__MACOSX/in/._04.ipynb": b"", "notes.txt": b""}),
    "typed_1006_text.html": b"<p>",
    "report_1007_91007_report.pdf": b"%PDF",
    "report_1007_91008_04_exercises.ipynb": b"7",
    "emptyzip_1008_91009_work.zip": packed({}),
    "broken_1009_91010_work.zip": b"no zip",
    "anon_Ab3xY_91011_04.ipynb": b"8",
}
MOODLE = {
    "Ada Example_2001_assignsubmission_file_/04_exercises.ipynb": b"1",
    "Ada Example_2002_assignsubmission_file_/04_exercises.ipynb": b"2",
    "O'Neil_van_Đorđe_2003_assignsubmission_file_/work/04.ipynb": b"3",
    "Zip_2004_assignsubmission_file_/all.zip": packed({"04.ipynb": b"4", "05.ipynb": b"5"}),
    "Flat Name_2005_assignsubmission_file_04_exercises.ipynb": b"6",
    "Words_2006_assignsubmission_onlinetext_/onlinetext.html": b"<p>",
    "Nothing_2007_assignsubmission_file_/": b"",
    "New Form_2008_assignsubmission_file/04.ipynb": b"7",
}


def handed(found):
    """By learner, what was handed in: name -> bytes and note."""
    told = {}
    for each in found:
        loaded = each.load()
        told.setdefault(each.learner, {})[each.name] = (loaded.data, loaded.note)
    return told


@pytest.fixture(params=["zip", "in a folder", "unpacked", "unpacked in a folder"])
def laid_out(request, tmp_path):
    """The ways in which a download can lie on a teacher's disk."""

    def lay(members):
        top = tmp_path / "handed-in"
        if request.param == "zip":
            (tmp_path / "submissions.zip").write_bytes(packed(members))
            return tmp_path / "submissions.zip"
        top.mkdir()
        if request.param == "in a folder":
            (top / "submissions.zip").write_bytes(packed(members))
            return top
        below = top / "submissions" if request.param.endswith("folder") else top
        for name, data in members.items():
            path = below / name
            (path if name.endswith("/") else path.parent).mkdir(parents=True, exist_ok=True)
            if not name.endswith("/"):
                path.write_bytes(data)
        return top

    return lay


def test_canvas(laid_out):
    found = handed(find(laid_out(CANVAS)))
    assert found.keys() == {*(f"{number}" for number in range(1001, 1010)), "anon_Ab3xY"}
    assert found["1001"] == {"04_exercises.ipynb": (b"1", "")}
    assert found["1002"] == {"04_exercises-1.ipynb": (b"2", "handed in late")}
    assert found["1003"] == {"my_1_2_answers.ipynb": (b"3", "")}
    assert {name: data for name, (data, _) in found["1004"].items()} == {
        "04_exercises.ipynb": b"4",
        "05_exercises.ipynb": b"5",
    }
    assert [data for data, _ in found["1005"].values()] == [b"6"]
    [(data, note)] = found["1006"].values()
    assert (data, note[-16:]) == (b"", "it is not marked")
    [(data, note)] = found["1007"].values()
    assert (data, note) == (b"7", "also handed in, not marked: report.pdf")
    assert "holds no notebook" in next(iter(found["1008"].values()))[1]
    assert "cannot be unpacked" in next(iter(found["1009"].values()))[1]
    assert found["anon_Ab3xY"] == {"04.ipynb": (b"8", "")}


def test_moodle(laid_out):
    found = handed(find(laid_out(MOODLE)))
    assert found.keys() == {f"{number}" for number in range(2001, 2009)}
    for learner, data in (("2001", b"1"), ("2002", b"2"), ("2003", b"3"), ("2005", b"6"), ("2008", b"7")):
        assert [got for got, _ in found[learner].values()] == [data]
    assert sorted(data for data, _ in found["2004"].values()) == [b"4", b"5"]
    assert "it is not marked" in next(iter(found["2006"].values()))[1] or "no notebook" in str(found["2006"])
    assert "holds no notebook" in next(iter(found["2007"].values()))[1]


FILES = {
    "exampleada_1001_91001_A3.ipynb": b"",
    "exampleada_1001_91002_A3-1.json": b"1",  # handed in again
    "exampleada_LATE_1002_91003_a3.JSON": b"2",
    "nested_1005_91006_work.zip": packed({"in/A3.ipynb": b"", "in/A3.json": b"5", "__MACOSX/in/._A3.json": b"", "B3.json": b""}),
    "other_1006_91007_A30.json": b"6",
    "broken_1009_91010_work.zip": b"no zip",
    "Ada_2001_assignsubmission_file_/A3.json": b"7",
}  # fmt: skip


def test_a_file_beside_the_notebooks_has_the_same_owner(laid_out):
    assert dict(beside(laid_out(FILES), owner, "A3.json")) == {"1001": b"1", "1002": b"2", "1005": b"5", "2001": b"7"}


def test_an_empty_zip_is_a_row_that_says_so(tmp_path):
    (tmp_path / "submissions.zip").write_bytes(packed({}))
    [only] = find(tmp_path)
    assert (only.learner, only.note) == ("submissions", "submissions.zip holds no notebook")


def test_one_id_under_two_names_is_said(tmp_path):
    for name in ("ada_7_7001_a.ipynb", "eve_7_7002_b.ipynb"):
        (tmp_path / name).write_bytes(BOOK)
    found = find(tmp_path)
    assert {each.learner for each in found} == {"7"}
    assert "the id 7 has several names: ada, eve" in found[0].note


@pytest.mark.parametrize(
    "name", ["04_exercises.ipynb", "ada.ipynb", "ada_2024_11_28.ipynb", "hw_3_2024_final.ipynb", "01_02_03_04.ipynb", "team_4_2_new.ipynb"]
)  # fmt: skip
def test_ordinary_names_are_nobodys_ids(name):
    assert owner(name) is None


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ada L_1001_assignsubmission_file_x_1002_assignsubmission_file_04.ipynb", "1001"),
        ("adal_1001_91001_x_1002_assignsubmission_file_04.ipynb", "1001"),
        ("Ada L_1001_assignsubmission_file_bob_1002_91002_04.ipynb", "1001"),
    ],
)
def test_what_a_learner_calls_a_file_makes_it_nobody_elses(name, key):
    assert owner(name).id == key


def test_what_one_learner_names_is_no_class(tmp_path):
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "04.ipynb").write_bytes(BOOK)
    (tmp_path / "ada" / "05.ipynb").write_bytes(BOOK)
    (tmp_path / "ada" / "try_1_1001_05.ipynb").write_bytes(BOOK)
    (tmp_path / "bo.zip").write_bytes(packed({"04.ipynb": BOOK, "05.ipynb": BOOK, "x_1_1001_05.ipynb": BOOK}))
    assert {each.learner for each in find(tmp_path)} == {"ada", "bo"}


@pytest.mark.parametrize(
    ("pattern", "name", "key"),
    [
        ("{name}_{id}_{file}", "Ada_s12_04.ipynb", "s12"),
        ("{id}", "s12.ipynb", "s12"),
        ("{login}-hw{file}", "ada-hw04.zip", "ada"),
        ("{email} ({name})", "ada@x.org (Ada)", "ada@x.org"),
        ("{name}_{id}_{file}", "exampleada_1001_91001_04.ipynb", "1001"),
        ("s{id}_{file}", "exampleada_1001_91001_04.ipynb", "1001"),  # does not fit: read as Canvas's
    ],
)
def test_a_pattern_says_whose_a_file_is(pattern, name, key):
    assert reader(pattern)(name).id == key


@pytest.mark.parametrize(
    ("pattern", "message"),
    [("{name}", "says not who"), ("{id}{id}", "a field twice"), ("{id}_{what}", r"has \{what\}, needs fields of id,")],
)
def test_a_pattern_that_says_nothing_is_refused(pattern, message):
    with pytest.raises(ValueError, match=message):
        reader(pattern)


CANVAS_ROSTER = """Student,ID,SIS User ID,SIS Login ID,Section,Exercises 04 (55)
,,,,,Manual Posting
    Points Possible,,,,,70
"Example, Ada",1001,u1,ada,A,
"Example, Ada",1002,u2,ada2,A,
"Missing, Mia",1010,u10,mia,B,
"Student, Test",9,,,A,
"""


def people_of(path, text, folder, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    known = roster.read(path)
    found = find(folder, known.reader(reader()))
    return known, found, learners.people(found, known)


def test_a_roster_of_canvas(tmp_path):
    (tmp_path / "submissions.zip").write_bytes(packed(CANVAS))
    known, found, people = people_of(tmp_path / "roster.csv", CANVAS_ROSTER, tmp_path / "submissions.zip", "utf-8-sig")
    assert [person.id for person in known.people] == ["1001", "1002", "1010"]
    assert people["1001"].name == people["1002"].name == "Example, Ada"
    assert people["1001"].note == people["1010"].note == ""
    assert people["1003"].note == "not on the roster"
    rows = {row.person.id: row for row in learners.by_learner([], people)}
    assert rows["1010"].notes == ("handed in nothing",)


MOODLE_SHEET = """Identifier;Full name;ID number;Email address;Grade
Participant 2001;Ada Example;77;ada@x.org;
Teilnehmer/in2002;Ada Example;;ada2@x.org;
Participant 2009;Mia;2003;mia@x.org;
"""


def test_a_worksheet_of_moodle(tmp_path):
    (tmp_path / "m.zip").write_bytes(packed(MOODLE))
    _, found, people = people_of(tmp_path / "sheet.csv", MOODLE_SHEET, tmp_path / "m.zip", "cp1252")
    assert (people["77"].moodle, people["77"].email) == ("2001", "ada@x.org")
    assert people["ada2@x.org"].moodle == "2002"
    assert people["2003"].moodle == "2009"  # the ID number of one is the participant's number of another
    assert people["moodle 2003"].note == "not on the roster"
    assert {each.learner for each in found} >= {"77", "ada2@x.org", "moodle 2003", "2004"}


def test_a_roster_of_the_teachers_own_finds_ids_logins_and_addresses(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("S1.ipynb", "Bo.Lo.ipynb", "cy@x.org.zip", "2004_x.ipynb"):
        (folder / name).write_bytes(packed({"04.ipynb": BOOK}) if name.endswith("zip") else BOOK)
    (folder / "s1").mkdir()
    (folder / "s1" / "05.ipynb").write_bytes(BOOK)
    text = "id,first_name,last_name,email,login\ns1,Ada,Example,ada@x.org,ada\ns2,Bo,Lo,bo@x.org,bo.lo\ns3,Cy,,cy@x.org,cy\n"
    _, found, people = people_of(tmp_path / "roster.csv", text, folder)
    assert sorted(each.learner for each in found) == ["2004_x", "s1", "s1", "s2", "s3"]
    assert people["s1"].name == "Ada Example"
    assert people["2004_x"].note == "not on the roster"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour,size\nred,1\n", r"has the columns \['colour', 'size'\], needs one of id, email, login or Identifier"),
        ("id,name\n1,Ada\n1,Bo\n", "line 3: the id 1 stands there before"),
        ("id,name\n1,Ada\n,Bo\n", "line 3: Bo has no id"),
        ("id,name\n\n", "names nobody"),
    ],
)
def test_a_roster_that_cannot_tell_learners_apart_is_refused(tmp_path, text, message):
    (tmp_path / "r.csv").write_text(text)
    with pytest.raises(ValueError, match=message):
        roster.read(tmp_path / "r.csv")
    with pytest.raises(ValueError, match="cannot be read"):
        roster.read(tmp_path / "none.csv")


@pytest.mark.parametrize("name", ["finn.py", "finn.PDF", "Finn.tar.gz", "finn.docx"])
def test_a_file_that_is_no_notebook_is_that_of_the_learner_on_the_roster(tmp_path, name):
    (tmp_path / "roster.csv").write_text("id,name\nfinn,Finn\nada.b,Ada\n")
    own = tmp_path / "in"
    own.mkdir()
    (own / name).write_bytes(b"x")
    (own / "ada.b").mkdir()
    (own / "ada.b" / "04.ipynb").write_bytes(BOOK)
    known = roster.read(tmp_path / "roster.csv")
    found = {each.learner: each.load() for each in find(own, known.reader(owner))}
    assert found.keys() == {"finn", "ada.b"}
    assert f"{name} is no notebook, folder or zip" in found["finn"].note
    assert found["ada.b"].note == ""


def test_a_pattern_reads_names_without_their_endings():
    read = reader("{name}_{id}")
    assert [read(name).id for name in ("Ada_12.py", "Ada_12.ipynb", "Ada_v1.2")] == ["12", "12", "v1.2"]
