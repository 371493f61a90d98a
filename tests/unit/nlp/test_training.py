"""Learning: what is read, what is kept, and the way back."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nlp.__main__ import app
from nlp.appeals.category import MODEL
from nlp.appeals.model import CategoryModel
from nlp.text import segment
from nlp.training.corpus import groups, read_corrections, read_csv, read_unlabelled, row, views
from nlp.training.keeping import BusyError, alone, keep, previous, roll_back, write
from nlp.training.quality import calibration_error, macro_f1, measure
from nlp.understand import Reader

HELD = "label,title,detail\n城乡建设,春晓路路灯坏了,三个晚上没有亮\n环境保护,化工厂半夜偷排废水,河里的水都是黑的\n"


def test_corrections_are_read_and_those_of_a_unit_alone_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "corrections.jsonl"
    path.write_text(
        '{"text": "路灯坏了", "category": "城乡建设"}\n\n{"text": "路灯坏了", "unit": "城管局"}\n'
        '{"title": "油烟", "detail": "楼下", "category": "环境保护"}\n',
        encoding="utf-8",
    )
    found = read_corrections(path, 3.0)
    assert [(each.given, each.label, each.weight) for each in found] == [
        ("路灯坏了", "城乡建设", 3.0),
        ("油烟\n楼下", "环境保护", 3.0),
    ]


@pytest.mark.parametrize("line", ["[]", "not json", '{"category": "民政"}', '{"text": 1, "category": "民政"}'])
def test_a_broken_correction_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "corrections.jsonl"
    path.write_text(f'{{"text": "路灯", "category": "民政"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"corrections\.jsonl:2"):
        read_corrections(path, 1.0)


def test_what_is_measured_on_is_not_learnt_from(tmp_path: Path) -> None:
    body = "春晓路的路灯已经坏了三个晚上没有人来修"
    texts, judged = tmp_path / "letters.csv", tmp_path / "judged.csv"
    texts.write_text(
        f"message_id,title,detail\n1,甲,{body}\n2,乙,{body}，请修\n3,丙,楼下烧烤店每天晚上营业到凌晨两点钟以后\n",
        encoding="utf-8",
    )
    judged.write_text("file,id\nletters,1\nothers,3\n", encoding="utf-8")
    assert len(read_unlabelled([texts])) == 3
    assert [each.given[0] for each in read_unlabelled([texts], judged)] == ["丙"]


def test_views_are_parts_of_the_message_and_weigh_less() -> None:
    message = row("路灯坏了\n" + "三个晚上没有亮，老人不敢出门。" * 8, "城乡建设", 2.0)
    found = views([message])
    assert found[0].text == message.text
    assert all(view.text in message.text and 0 < view.weight <= 2.0 and view.row == 0 for view in found)
    assert "路灯坏了" in {view.text for view in found}


def test_copies_share_a_group_and_others_do_not() -> None:
    body = "春晓路的路灯已经坏了三个晚上没有人来修"
    found = groups(
        [f"甲\n{body}", f"请修一修春晓路上不亮的那几盏路灯\n{body}", "乙\n楼下烧烤店每天晚上营业到凌晨两点钟以后"]
    )
    assert found[0] == found[1] != found[2]


def test_figures() -> None:
    assert macro_f1(["甲", "乙"], ["甲", "甲"], ["甲", "乙"]) == pytest.approx(1 / 3)
    assert macro_f1([], [], ["甲"]) == 0
    assert calibration_error([True, False], [0.5, 0.5]) == 0
    assert calibration_error([False], [1.0]) == 1


def test_nothing_to_measure_on_is_said(reader: Reader) -> None:
    with pytest.raises(ValueError, match="nothing"):
        measure(reader, [], [])


def test_a_kept_model_can_be_taken_back(tmp_path: Path) -> None:
    target, candidate = tmp_path / "category.npz", tmp_path / "category.candidate.npz"
    write(b"old", target)
    write(b"new", candidate)
    keep(candidate, target)
    assert target.read_bytes() == b"new"
    assert previous(target).read_bytes() == b"old"
    assert not candidate.exists()
    roll_back(target)
    assert target.read_bytes() == b"old"
    roll_back(target)
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize("step", range(4))
def test_no_moment_is_without_a_whole_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    target = tmp_path / "category.npz"
    before, after = MODEL.read_bytes(), MODEL.read_bytes() + b"\0"
    write(before, target)
    steps: list[Path] = []
    real = Path.replace

    def killed(path: Path, to: Path) -> Path:
        if len(steps) == step:
            raise KeyboardInterrupt
        steps.append(to)
        return real(path, to)

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt) if step < 3 else contextlib.nullcontext():
        write(after, target)
    monkeypatch.undo()
    assert target.read_bytes() == (before if step < 2 else after)
    assert CategoryModel.read(target).labels == CategoryModel.read(MODEL).labels
    with alone(target):
        assert {path.name for path in tmp_path.iterdir()} == {"category.npz", "category.sha256", "category.lock"}


def test_one_fits_at_a_time(tmp_path: Path) -> None:
    target = tmp_path / "category.npz"
    write(b"old", target)
    write(b"older", previous(target))
    with alone(target), pytest.raises(BusyError, match=r"category\.npz"):
        roll_back(target)
    roll_back(target)
    assert target.read_bytes() == b"older"


@pytest.mark.slow("starts a program")
def test_a_fit_that_is_killed_leaves_the_old_model(tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="fitting needs scikit-learn")
    target, table = tmp_path / "category.npz", tmp_path / "labelled.csv"
    write(MODEL.read_bytes(), target)
    table.write_text(HELD + "".join(f"城乡建设,路灯{n}不亮,第{n}盏灯坏了\n" for n in range(400)), encoding="utf-8")
    command = (sys.executable, "-m", "nlp", "train", str(table), "--model", str(target))
    with subprocess.Popen(command) as fit:
        for _ in range(3000):
            if target.with_suffix(".lock").exists() or fit.poll() is not None:
                break
            threading.Event().wait(0.01)
        fit.kill()
    assert target.read_bytes() == MODEL.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {
        "category.npz",
        "category.sha256",
        "category.lock",
        "labelled.csv",
    }
    with alone(target):
        pass


def test_a_candidate_that_is_not_kept_leaves_nothing(tmp_path: Path) -> None:
    target, candidate = tmp_path / "category.npz", tmp_path / "category.candidate.npz"
    write(b"old", target)
    write(b"new", candidate)
    keep(candidate, None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["category.npz", "category.sha256"]


def test_a_model_rolled_back_by_command_can_be_loaded(tmp_path: Path) -> None:
    target = tmp_path / "category.npz"
    shutil.copy(MODEL, target)
    write(target.read_bytes(), previous(target))
    done = CliRunner().invoke(app, ["train", "--rollback", "--model", str(target)])
    assert json.loads(done.output) == {"rolled_back": "category.npz"}
    assert len(CategoryModel.read(target).labels) == 7


def test_no_way_back_is_said(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["train", "--rollback", "--model", str(tmp_path / "category.npz")])
    assert done.exit_code == 2


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["train"], "give a labelled CSV"),
        (["train", "absent.csv"], "absent.csv"),
        (["evaluate", "absent.csv"], "absent.csv"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(tmp_path: Path, command: list[str], says: str) -> None:
    done = CliRunner().invoke(app, [*command, "--model", str(tmp_path / "category.npz")], env={"COLUMNS": "300"})
    assert (done.exit_code, says in done.output) == (2, True), done.output


def test_evaluate_prints_a_line_for_each_view(tmp_path: Path) -> None:
    path = tmp_path / "held.csv"
    path.write_text(HELD, encoding="utf-8")
    done = CliRunner().invoke(app, ["evaluate", str(path)])
    lines = [json.loads(line) for line in done.output.splitlines()]
    assert [line["view"] for line in lines] == ["whole", "first 60", "title"]
    assert lines[0]["accuracy"] == 1
    assert [each.label for each in read_csv(path)] == ["城乡建设", "环境保护"]


@pytest.mark.slow("fits a model")
def test_a_fitted_model_keeps_what_five_people_wrote_and_nothing_else(tmp_path: Path) -> None:
    fitting = pytest.importorskip("nlp.training.fitting", reason="fitting needs scikit-learn", exc_type=ImportError)
    segment.load()
    streets = [f"{first}{last}" for first in "春夏秋冬梅兰竹菊松柏" for last in ("晓路", "园街", "江巷", "山道")]
    lamps = [
        row(f"{street}路灯不亮\n{street}的路灯坏了很久，晚上走路看不见，请修一修", "城乡建设") for street in streets
    ]
    schools = [
        row(f"{street}小学报名\n想问{street}小学一年级报名要什么材料，学区怎么划分", "教育文体") for street in streets
    ]
    rare = [row(f"{street}路灯不亮\n{street}路灯下堆着榴莲壳", "城乡建设") for street in streets[:3]]
    others = [row(f"{street}幼儿园入学\n{street}幼儿园的学费是多少，老师好不好", "") for street in streets]
    copies = [*rare, *(row(each.given, "") for each in rare)]
    content = fitting.fit([*lamps, *schools, *rare, *rare], [*others, *copies])
    write(content, tmp_path / "category.npz")
    model = CategoryModel.read(tmp_path / "category.npz")
    assert model.labels == ("城乡建设", "教育文体")
    for text, right in (("门口的路灯坏了", 0), ("小学一年级怎么报名", 1)):
        scores, known = model.scores(text, segment.tokens(text))
        assert known
        assert scores[right] > scores[1 - right]
    assert model.scores("榴莲壳", segment.tokens("榴莲壳"))[1] == 0
