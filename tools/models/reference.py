"""
Writes test/fixtures/embed/reference.json: what Python's tokenizers and ONNX Runtime make of 40 texts with the very
files that we ship. Run again only when a model file changes.
"""

import base64
import json
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

ROOT = Path(__file__).parents[2]
LONG_EN = " ".join(f"Sentence number {i} tells of the sea, the wind and the harbour." for i in range(50))
LONG_ZH = "".join(f"第{i}条 承租人应当妥善保管租赁物，并按照约定支付租金。" for i in range(40))
TEXTS = {
    "bge-small-en-v1.5": [
        ("passage", ""),
        ("query", ""),
        ("passage", "The lighthouse keeper wrote the wind's direction in a book that nobody else had ever opened."),
        ("query", "How do I reset my password?"),
        ("query", "lighthouse"),
        ("passage", "a"),
        ("passage", "   \n\t leading and trailing white space \u00a0 "),
        ("passage", "Great game 😂😂 see you at 8pm 👩‍👩‍👧‍👦 🇩🇪!"),
        ("passage", LONG_EN),
        ("query", LONG_EN),
        ("passage", "Vue 组件的 props 怎么传? Mixed script, 混合文字, смешанный текст."),
        ("passage", "NASA, BBC and the E.U. signed a M.O.U. in WASHINGTON"),
        ("passage", "https://example.org/docs/api/v2/users?id=42&fields=name,email#top"),
        ("passage", "const total = items.filter((i) => i.price > 10).reduce((s, i) => s + i.price, 0); // sum"),
        ("passage", "Ｆｕｌｌ－ｗｉｄｔｈ　ｔｅｘｔ　１２３"),
        ("passage", "Café naïve Ångström İstanbul straße ΑΣΦΑΛΕΙΑ ΟΔΟΣ"),
        ("passage", "x" * 150 + " antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis"),
        ("passage", "zero\u200bwidth soft\u00adhyphen byte\ufefforder \x07 bell \x00 nul \ufffd replacement"),
        ("passage", "[CLS] literal [SEP] tokens [MASK] in ##text"),
        ("passage", "In 412 patients the relapse rate fell by 14 % (95 % CI 0.55–0.92, p = 0.009)."),
    ],
    "bge-small-zh-v1.5": [
        ("passage", ""),
        ("query", ""),
        ("passage", "灯塔看守人把风向写进一本谁也没有翻开过的册子里。"),
        ("query", "怎样重置密码？"),
        ("query", "灯塔"),
        ("passage", "的"),
        ("passage", "　全角空格　和 半角 空格\t制表符\n换行　"),
        ("passage", "哈哈哈太好笑了😂😂 明天见👋🏽 🇨🇳！"),
        ("passage", LONG_ZH),
        ("query", LONG_ZH),
        ("passage", "用 Vue 和 TypeScript 写 GPU 加速的 API，支持 JSON、HTTP/2 与 WebAssembly"),
        ("passage", "PYTHON 与 JavaScript 的区别 IN CAPITALS"),
        ("passage", "接口地址 https://example.org/docs/api/v2/users?id=42 返回姓名"),
        ("passage", "const total = items.filter((item) => item.price > 10); // 求和"),
        ("passage", "ＡＢＣ１２３，全角字母与数字；（括号）「引号」"),
        ("passage", "《战国无双3》（戦国無双3）是由光荣和ω-force开发的动作游戏"),
        ("passage", "臺灣高速鐵路最高營運時速300公里，歡迎搭乘。"),
        ("passage", "生僻字：𠀀𪚥𠮷野家、㐀、﨎"),
        ("passage", "日本語のひらがなとカタカナ、한국어 문장도"),
        ("passage", "处十日以下拘留，并处五百元以下罚款；血压95/60，200℃，14%。"),
    ],
}


def reference(model: str) -> list[dict]:
    folder = ROOT / "public" / "models" / model
    card = json.loads((folder / "model.json").read_text("utf-8"))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(card["maxTokens"])
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
    rows = []
    for role, text in TEXTS[model]:
        ids = tokenizer.encode((card["queryInstruction"] if role == "query" else "") + text).ids
        feeds = {"input_ids": [ids], "attention_mask": [[1] * len(ids)], "token_type_ids": [[0]]}
        feeds = {name: np.array(value, np.int64) for name, value in feeds.items()}
        vector = session.run(None, feeds)[0][0, 0]
        vector = (vector / np.linalg.norm(vector)).astype("<f4")
        rows.append({"role": role, "text": text, "ids": ids, "vector": base64.b64encode(vector.tobytes()).decode()})
    return rows


if __name__ == "__main__":
    target = ROOT / "test" / "fixtures" / "embed" / "reference.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    versions = {"onnxruntime": onnxruntime.__version__, "numpy": np.__version__}
    content = {"madeBy": "tools/models/reference.py", "versions": versions, "models": {m: reference(m) for m in TEXTS}}
    target.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
