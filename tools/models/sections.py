"""Sections of the Markdown documentation that the Chinese model is tuned on, out of bare Git repositories."""

import hashlib
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
LONGEST_CODE = 12
"""Lines of code that are kept of a section, each cut at 120 characters."""


@dataclass(frozen=True)
class Section:
    repository: str
    path: str
    number: int
    """Among the sections of its file, from 0."""
    title: str
    headings: tuple[str, ...]
    body: str

    @property
    def trail(self) -> str:
        return " > ".join(dict.fromkeys(part for part in (self.title, *self.headings) if part))

    @property
    def text(self) -> str:
        """As the engine encodes a passage."""
        return f"{self.trail}\n{self.body}"

    @property
    def headless(self) -> str:
        return f"{self.title}\n{self.body}" if self.headings else self.body


def sources() -> dict[str, dict[str, str]]:
    """What is read of which repository: `commit`, `paths` (a pattern), `licence`."""
    return json.loads((HERE / "tuning-sources.json").read_text("utf-8"))


def sections(folder: Path, repository: str, commit: str, paths: str) -> list[Section]:
    """Those with at least 40 Chinese characters, no two alike. `folder` holds bare repositories as `<owner>+<name>/repo`."""
    place = folder / repository.replace("/", "+", 1) / "repo"
    git = ["git", "--git-dir", place / ".git" if (place / ".git").exists() else place]
    names = subprocess.run([*git, "ls-tree", "-r", "--name-only", "-z", commit], capture_output=True, text=True, check=True).stdout
    chosen = [name for name in names.split("\0") if re.search(r"\.(md|mdx|markdown)$", name) and re.search(paths, name)]
    asked = "\n".join(f"{commit}:{name}" for name in chosen).encode()
    data = subprocess.run([*git, "cat-file", "--batch"], input=asked, capture_output=True, check=True).stdout
    found, seen, at = [], set(), 0
    for name in chosen:
        line = data.index(b"\n", at)
        end = line + 1 + int(data[at:line].split()[-1])
        title, parts = parse(data[line + 1 : end].decode("utf-8", "replace"))
        at = end + 1
        for number, (trail, body) in enumerate(parts):
            key = hashlib.md5(re.sub(r"\s+", "", body)[:200].encode()).hexdigest()
            if chinese(body) < max(40, 0.12 * len(body)) or key in seen:
                continue
            seen.add(key)
            found.append(Section(repository, name, number, title, tuple(part for part in trail if part != title), body))
    return found


def parse(text: str) -> tuple[str, list[tuple[list[str], str]]]:
    """The title, and each section's headings from the outermost in and what stands under them."""
    text = text.replace("\r\n", "\n").replace("\ufeff", "")
    title = ""
    if front := re.match(r"\s*---\n(.*?)\n---\s*\n", text, flags=re.DOTALL):
        named = re.search(r"^title:\s*(.+)$", front[1], flags=re.MULTILINE)
        title = plain(named[1].strip("'\" ")) if named else ""
        text = text[front.end() :]
    text = re.sub(r"\{/\*.*?\*/\}|<!--.*?-->", " ", text, flags=re.DOTALL)
    found: list[tuple[list[tuple[int, str]], str]] = []
    trail: list[tuple[int, str]] = []
    lines: list[str] = []
    fence, code = "", 0

    def close() -> None:
        found.append((trail, re.sub(r"\n{3,}", "\n\n", "\n".join(lines).strip())))

    for line in text.split("\n"):
        mark = re.match(r"\s*(`{3,}|~{3,})", line)
        if fence:
            if mark and mark[1][0] == fence[0] and len(mark[1]) >= len(fence) and line.strip() == mark[1]:
                fence = ""
            elif code < LONGEST_CODE:
                lines.append(line.rstrip()[:120])
                code += 1
        elif mark:
            fence, code = mark[1], 0
        elif heading := re.match(r"(#{1,5})\s+(.+)$", line):
            close()
            level = len(heading[1])
            trail, lines = [part for part in trail if part[0] < level] + [(level, plain(heading[2]))], []
        elif not re.match(r"\s*(import|export) .*(from|=)|:::", line):
            lines.append(inline(line).rstrip())
    close()
    title = title or next((trail[0][1] for trail, _ in found if trail and trail[0][0] == 1), "")
    return title, [([name for _, name in trail], body) for trail, body in found]


def inline(text: str) -> str:
    """Without images, addresses of links, tags and emphasis."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\[([^\]]+)\]\[[^\]]*\]", r"\1", text)
    text = re.sub(r"</?[A-Za-z][^<>\n]*>|\{#[^}]*\}", "", text)
    return re.sub(r"\*\*([^*]+)\*\*", r"\1", text).replace("`", "")


def plain(heading: str) -> str:
    return re.sub(r"\s+", " ", inline(heading)).strip(" #*")


def chinese(text: str) -> int:
    return len(re.findall(r"[\u4e00-\u9fff]", text))


def shared_eighths(text: str, known: set[str]) -> float:
    """Share of the text's runs of eight characters, blanks left out, that are among `known`."""
    runs = eighths(text)
    return len(runs & known) / max(1, len(runs))


def eighths(text: str) -> set[str]:
    text = re.sub(r"\s+", "", text)
    return {text[at : at + 8] for at in range(len(text) - 7)}
