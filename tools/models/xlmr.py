"""
A tokenizer of XLM-RoBERTa's kind, small enough for a test: SentencePiece's unigram model over the calibration texts,
with its `nmt_nfkc` normaliser, in the tokenizer.json form that XLM-R, BGE-M3 and multilingual E5 come in.
"""

import base64
import json
import tempfile
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2

HERE = Path(__file__).parent
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]


def train(size: int) -> sentencepiece_model_pb2.ModelProto:
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus.txt"
        corpus.write_text("".join((HERE / f"wikipedia-{language}.txt").read_text("utf-8") for language in ("en", "zh")), "utf-8")
        sentencepiece.SentencePieceTrainer.train(
            input=str(corpus), model_prefix=f"{folder}/m", vocab_size=size, character_coverage=0.99,
            normalization_rule_name="nmt_nfkc", num_threads=1, minloglevel=2,
        )  # fmt: skip
        model = sentencepiece_model_pb2.ModelProto()
        model.ParseFromString(Path(f"{folder}/m.model").read_bytes())
        return model


def tokenizer_json(size: int) -> dict:
    """As `transformers` converts XLM-R: the four special tokens come first, `<mask>` last."""
    model = train(size)
    pieces = [[p.piece, p.score] for p in model.pieces if p.type == 1]
    vocabulary = [[token, 0.0] for token in SPECIAL] + pieces + [["<mask>", 0.0]]
    special = lambda id, token: {
        "id": id, "content": token, "single_word": False, "lstrip": token == "<mask>", "rstrip": False, "normalized": False, "special": True,
    }  # fmt: skip
    charsmap = base64.b64encode(model.normalizer_spec.precompiled_charsmap).decode()
    end = [{"SpecialToken": {"id": "</s>", "type_id": 0}}]
    single = [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, *end]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [special(i, t) for i, t in enumerate(SPECIAL)] + [special(len(vocabulary) - 1, "<mask>")],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Precompiled", "precompiled_charsmap": charsmap},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
            ],
        },
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {"type": "WhitespaceSplit"},
                {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
            ],
        },
        "post_processor": {
            "type": "TemplateProcessing",
            "single": single,
            "pair": [*single, *end, {"Sequence": {"id": "B", "type_id": 0}}, *end],
            "special_tokens": {t: {"id": t, "ids": [SPECIAL.index(t)], "tokens": [t]} for t in ("<s>", "</s>")},
        },
        "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
        "model": {"type": "Unigram", "unk_id": 3, "vocab": vocabulary, "byte_fallback": False},
    }

