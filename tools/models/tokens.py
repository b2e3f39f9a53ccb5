"""
Writes test/fixtures/embed/tokens.json.gz: 2,000 varied texts and what Python's `tokenizers` make of them, for the
tokenizers of both models and for one of XLM-R's kind (`m3.py`). Of each text the number of its ids and their FNV-1a hash.
"""

import gzip
import json
import random
from pathlib import Path

from tokenizers import Tokenizer

ROOT = Path(__file__).parents[2]
COUNT = 2000
LINES = [line for name in ("wikipedia-en", "wikipedia-zh", "calibration-en", "calibration-zh") for line in (Path(__file__).parent / f"{name}.txt").read_text("utf-8").split("\n") if line]
EMOJI = ["😂", "👩‍👩‍👧‍👦", "🇩🇪", "👋🏽", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "☃", "1️⃣", "™", "🤷🏾‍♀️"]
CONTROL = [chr(c) for c in [*range(0x20), 0x7F, *range(0x80, 0xA0)]]
FORMAT = list("\u00ad\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202e\u2060\ufeff\ufffd\u00a0\u3000\u2003\u1680\u180e\ufffc\u0300\u0301\u20dd")
ODD = list("ﬁﬀſßẞİıΣςσΑΣǅǆŉÅÅÅ①②㈱㍿ﷺ½㎞ℌⅨ꙳ｱﾞカﾞ가각각ᄀ〜～―—–…‥«»‹›“”‘’、。「」『』！？；：（）【】《》〈〉·•¡¿§¶†‡°±×÷€£¥¢₹₿½¼¾²³¹ªº")
BLOCKS = [(0x20, 0x7E), (0xA1, 0x24F), (0x370, 0x3FF), (0x400, 0x52F), (0x590, 0x5FF), (0x600, 0x6FF), (0x900, 0x97F), (0xE00, 0xE7F), (0x1100, 0x11FF),
          (0x1E00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x218F), (0x2190, 0x23FF), (0x2460, 0x27BF), (0x3000, 0x30FF), (0x3130, 0x318F), (0x3200, 0x33FF), (0x3400, 0x4DBF),
          (0x4E00, 0x9FFF), (0xA000, 0xA4CF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFB00, 0xFDFF), (0xFE30, 0xFFEF), (0x10330, 0x1034A), (0x1D400, 0x1D7FF), (0x1F300, 0x1FAFF), (0x20000, 0x2A6DF), (0x2F800, 0x2FA1F)]  # fmt: skip


def texts() -> list[str]:
    r = random.Random(7)
    line = lambda: r.choice(LINES)

    def piece() -> str:
        text = line()
        at = r.randrange(len(text))
        return text[at : at + r.randrange(1, 60)]

    def letters(count: int) -> str:
        low, high = r.choice(BLOCKS)
        return "".join(chr(r.randint(low, high)) for _ in range(count))

    def salted(salt: list[str]) -> str:
        text = list(piece())
        for _ in range(r.randrange(1, 5)):
            text.insert(r.randrange(len(text) + 1), r.choice(salt))
        return "".join(text)

    kinds = [
        piece,
        lambda: piece() + r.choice(["", " ", "\n", "\t\t", "　"]) + piece(),
        lambda: piece().upper(),
        lambda: piece().swapcase(),
        lambda: salted(EMOJI),
        lambda: salted(CONTROL),
        lambda: salted(FORMAT),
        lambda: salted(ODD),
        lambda: salted([" ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u3000"]),
        lambda: " ".join(letters(r.randrange(1, 12)) for _ in range(r.randrange(1, 6))),
        lambda: "".join(letters(r.randrange(1, 4)) for _ in range(r.randrange(1, 10))),
        lambda: f"https://example.org/{r.choice(piece().split() or ['x'])}?q={r.randrange(10**6)}#{letters(3)}",
        lambda: f"const {r.choice('abcxyz')}_{r.randrange(99)} = (x) => x.map((y) => y * {r.random():.4f}); // {piece()}",
        lambda: " ".join(r.choice(["[CLS]", "[SEP]", "[MASK]", "[UNK]", "<s>", "</s>", "<mask>", "##ing", "▁a", piece()]) for _ in range(4)),
        lambda: f"{r.randrange(10**9):,} {r.random() * 100:.2f}% {r.randrange(2100)}-{r.randrange(1, 13):02}-{r.randrange(1, 29):02} +{r.randrange(10**11)}",
    ]
    fixed = ["", " ", "\n", "\0", "\ufeff", "a", "的", "x" * 10_000, "中" * 10_000, "é" * 101, "a" * 100, "a" * 101, "e\u0301" * 60, "😂" * 200, "ΑΣ ΑΣ. ΑΣΑ", "\U00020000\U0002a6d5", "İSTANBUL"]
    return fixed + [r.choice(kinds)() for _ in range(COUNT - len(fixed))]


def fnv1a(ids: list[int]) -> int:
    value = 0x811C9DC5
    for id in ids:
        value = ((value ^ id) * 0x01000193) & 0xFFFFFFFF
    return value


if __name__ == "__main__":
    rows = [text.encode("utf-16-le", "surrogatepass").decode("utf-16-le") for text in texts()]
    models = ["public/models/bge-small-en-v1.5", "public/models/bge-small-zh-v1.5", "test/fixtures/embed/tiny-m3"]
    content = {"madeBy": "tools/models/tokens.py", "texts": rows, "ids": {}}
    for name in models:
        tokenizer = Tokenizer.from_file(str(ROOT / name / "tokenizer.json"))
        encoded = [tokenizer.encode(row).ids for row in rows]
        content["ids"][name] = [[len(ids), fnv1a(ids)] for ids in encoded]
    target = ROOT / "test" / "fixtures" / "embed" / "tokens.json.gz"
    target.write_bytes(gzip.compress(json.dumps(content, ensure_ascii=False).encode(), 9, mtime=0))
    print(target.stat().st_size)
