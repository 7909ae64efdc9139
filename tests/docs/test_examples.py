"""The Python examples of README and docs run, in order, and print what stands below them."""

import ast
import contextlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from custintel_analytics import datasets

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

# A fenced block, maybe with a remark above it and with the expected output after it.
BLOCK = re.compile(
    r"(?P<remark><!-- not run:[^\n]*-->\n)?^(?P<indent> *)```python\n(?P<code>.*?)^ *```\n",
    re.DOTALL | re.MULTILINE,
)
OUTPUT = re.compile(r"^ *```text\n(?P<text>.*?)^ *```\n", re.DOTALL | re.MULTILINE)
SECONDS = re.compile(r"\bin [\d.e-]+ s\b")


@dataclass
class Example:
    code: str
    line: int
    runs: bool
    expected: str | None


def examples(page: Path) -> list[Example]:
    text = page.read_text(encoding="utf-8")
    blocks = list(BLOCK.finditer(text))
    found = []
    for number, block in enumerate(blocks):
        until = blocks[number + 1].start() if number + 1 < len(blocks) else len(text)
        output = OUTPUT.search(text, block.end(), until)
        found.append(
            Example(
                code=re.sub(rf"^{block['indent']}", "", block["code"], flags=re.MULTILINE),
                line=text.count("\n", 0, block.start("code")) + 1,
                runs=block["remark"] is None,
                expected=re.sub(rf"^{block['indent']}", "", output["text"], flags=re.MULTILINE)
                if output
                else None,
            )
        )
    return found


def run(example: Example, page: Path, names: dict) -> str:
    """Run the code as a cell: what it prints, and its last value."""
    tree = ast.parse(example.code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    where = f"{page.name}:{example.line}"
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(tree, where, "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), where, "eval"), names)
            if value is not None:
                print(value)
    return printed.getvalue()


@pytest.fixture
def shop(tmp_path, monkeypatch) -> None:
    """A working directory with the files that the pages speak of."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "purchases").mkdir()
    frame = datasets.cdnow().rename(columns={"customer": "client_no", "date": "ordered_at"})
    frame = frame.assign(unit_price=frame["amount"] / frame["quantity"].clip(1)).drop(columns="amount")
    for year, part in frame.groupby(frame["ordered_at"].dt.year):
        part.to_parquet(tmp_path / "purchases" / f"{year}.parquet")


@pytest.mark.parametrize("page", [pytest.param(page, id=page.relative_to(ROOT).as_posix()) for page in PAGES])
@pytest.mark.usefixtures("shop")
def test_examples_print_what_stands_below_them(page):
    names: dict = {}
    for example in examples(page):
        if not example.runs:
            ast.parse(example.code)
            continue
        printed = run(example, page, names)
        if example.expected is not None:
            assert SECONDS.sub("in … s", printed).split() == SECONDS.sub("in … s", example.expected).split()


def test_links_between_pages_lead_somewhere():
    link = re.compile(r'(?:\]\(|srcset="|src=")(?!https?://|#)([^)"#]+)(#[^)"]+)?')
    broken = []
    for page in [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]:
        for target, anchor in link.findall(page.read_text(encoding="utf-8")):
            path = (page.parent / target).resolve()
            if not path.exists() or (anchor and anchor[1:] not in anchors(path)):
                broken.append(f"{page.relative_to(ROOT)}: {target}{anchor}")
    assert not broken


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
