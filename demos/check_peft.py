"""Compares ranktop with Hugging Face's PEFT: the same adapters, the same logits; and PEFT's speed.

    pip install torch transformers peft

    # An adapter that ranktop trained, computed by PEFT:
    ranktop evaluate --model M --adapter A --eval E.tsv --predictions out.jsonl
    check_peft.py logits --model M --adapter A --eval E.tsv --predictions out.jsonl

    # An adapter that PEFT saved, computed by ranktop:
    check_peft.py save --model M --data E.tsv --output A --predictions peft.jsonl
    ranktop evaluate --model M --adapter A --eval E.tsv --predictions out.jsonl
    check_peft.py logits --model M --adapter A --eval E.tsv --predictions out.jsonl

    # How long PEFT takes for the training, and for a step:
    check_peft.py train --model M --train T.tsv --eval E.tsv --allocator adalora --rank 4 --epochs 1
    check_peft.py bench --model M --batch-size 32 --length 128 --rank 8 --threads 2
"""

import argparse
import json
import math
import random
import statistics
import sys
import time
from pathlib import Path

import torch
from peft import AdaLoraConfig, LoraConfig, PeftModel, TaskType, get_peft_model
from transformers import AutoModelForSequenceClassification, AutoTokenizer

# All six linear layers of an encoder's block; a name matches at the end of a module's.
TARGETS = [
    "query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense",
]  # fmt: skip


# --- Data


def read_rows(path):
    """Labels and texts (a text, or a pair of them) of a TSV file as ranktop does: no quoting."""
    lines = Path(path).read_text("utf-8-sig").split("\n")
    lines = [line.removesuffix("\r").split("\t") for line in lines if line.strip()]
    header, rows = lines[0], lines[1:]
    for name in ("label", "text"):
        if name not in header:
            sys.exit(f"{path}: no column {name}")
    columns = [header.index(name) for name in ("text", "text_b") if name in header]
    labels = [row[header.index("label")] for row in rows]
    return labels, [tuple(row[column] for column in columns) for row in rows]


def class_names(labels):
    """Classes in ranktop's order: whole numbers by value, else by code points."""
    names = set(labels)
    if all(name.lstrip("+-").isdecimal() for name in names):
        return sorted(names, key=lambda name: (int(name), name))
    return sorted(names)


def encode(tokenizer, texts, max_length):
    """Token ids of every row, unpadded."""
    fields = list(zip(*texts))
    encoded = tokenizer(
        list(fields[0]), list(fields[1]) if len(fields) > 1 else None,
        truncation="longest_first", max_length=max_length, padding=False,
    )  # fmt: skip
    return [{key: encoded[key][row] for key in encoded} for row in range(len(texts))]


def batches(rows, size, order=None):
    """Lists of row numbers."""
    order = list(range(len(rows))) if order is None else order
    return [order[start : start + size] for start in range(0, len(order), size)]


def collate(tokenizer, rows, batch):
    """A batch padded to its longest row."""
    return tokenizer.pad([rows[row] for row in batch], padding="longest", return_tensors="pt")


# --- Models


def load_base(folder, classes):
    """The frozen encoder with a new head of so many classes, in fp32."""
    return AutoModelForSequenceClassification.from_pretrained(
        folder, num_labels=classes, dtype=torch.float32
    )


@torch.inference_mode()
def compute_logits(model, tokenizer, rows, batch_size=32):
    """Logits of every row, without dropout."""
    model.eval()
    parts = [
        model(**collate(tokenizer, rows, batch)).logits for batch in batches(rows, batch_size)
    ]
    return torch.cat(parts)


def pattern(words):
    """{"name": number} from words like query=2."""
    try:
        return {name: int(number) for name, number in (word.split("=") for word in words)}
    except ValueError:
        sys.exit(f"{' '.join(words)}: give MODULE=NUMBER, such as query=2")


# --- logits and save


def logits(options):
    """Compares ranktop's predictions with what PEFT computes from the same adapter."""
    notes_file = Path(options.adapter) / "ranktop.json"
    notes = json.loads(notes_file.read_text()) if notes_file.exists() else {}
    max_length = options.max_length or notes.get("maxLength", 128)
    with open(options.predictions, encoding="utf-8") as file:
        theirs = torch.tensor([json.loads(line)["logits"] for line in file])
    labels, texts = read_rows(options.eval)
    if len(theirs) != len(texts):
        sys.exit(f"{options.predictions} has {len(theirs)} rows, {options.eval} {len(texts)}")

    tokenizer = AutoTokenizer.from_pretrained(options.model)
    model = PeftModel.from_pretrained(
        load_base(options.model, theirs.shape[1]), options.adapter
    )
    ours = compute_logits(model, tokenizer, encode(tokenizer, texts, max_length))
    difference = (ours - theirs).abs().max().item()
    print(f"{len(texts)} rows of {theirs.shape[1]} logits, up to {ours.abs().max().item():.3f}")
    if theirs.shape[1] > 1:
        agree = (ours.argmax(1) == theirs.argmax(1)).sum().item()
        names = notes.get("labels") or class_names(labels)
        right = sum(names[i] == label for i, label in zip(ours.argmax(1).tolist(), labels))
        print(f"same class in {agree} of {len(texts)}; PEFT's accuracy {right / len(texts):.4f}")
    verdict = "within" if difference <= options.bound else "NOT within"
    print(f"largest absolute difference {difference:.2e}, {verdict} {options.bound:g}")
    return 0 if difference <= options.bound else 1


def save(options):
    """Saves a LoRA adapter with random factors as PEFT does, and its logits."""
    torch.manual_seed(options.seed)
    labels, texts = read_rows(options.data)
    names = class_names(labels)
    tokenizer = AutoTokenizer.from_pretrained(options.model)
    config = LoraConfig(
        task_type=TaskType.SEQ_CLS, target_modules=TARGETS, r=options.rank,
        lora_alpha=options.alpha, lora_dropout=0.0, use_rslora=options.use_rslora,
        rank_pattern=pattern(options.rank_pattern), alpha_pattern=pattern(options.alpha_pattern),
    )  # fmt: skip
    model = get_peft_model(load_base(options.model, len(names)), config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_B" in name:
                parameter.normal_(std=0.05)
    model.save_pretrained(options.output)
    values = compute_logits(model, tokenizer, encode(tokenizer, texts, options.max_length))
    with open(options.predictions, "w", encoding="utf-8") as file:
        for label, row in zip(labels, values.tolist()):
            predicted = names[max(range(len(row)), key=row.__getitem__)]
            file.write(json.dumps({"label": label, "predicted": predicted, "logits": row}) + "\n")
    print(f"{options.output}: saved; class names: --labels {','.join(names)}")
    return 0


# --- train and bench


def adapter_config(options, total_steps):
    """LoRA, or AdaLoRA on ranktop's schedule: 15 % warm-up, 50 % after the last decision."""
    common = dict(
        task_type=TaskType.SEQ_CLS, target_modules=TARGETS, lora_alpha=4 * options.rank,
        lora_dropout=0.0,
    )  # fmt: skip
    if options.allocator == "lora":
        return LoraConfig(r=options.rank, **common)
    return AdaLoraConfig(
        target_r=options.rank, init_r=math.ceil(1.5 * options.rank),
        tinit=round(0.15 * total_steps), tfinal=round(0.5 * total_steps), deltaT=10,
        orth_reg_weight=0.5, total_step=total_steps, **common,
    )  # fmt: skip


class Step:
    """One optimiser step: forward, backward, clipping, AdamW, schedule, allocation."""

    def __init__(self, model, rate, total_steps, lr_warmup=0.06):
        self.model = model
        self.parameters = [p for p in model.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(self.parameters, lr=rate, weight_decay=0.0)
        rise = max(1, round(lr_warmup * total_steps))
        fall = max(1, total_steps - rise)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer,
            lambda step: min((step + 1) / rise, max(0.0, (total_steps - step) / fall)),
        )
        self.count = 0

    def __call__(self, batch):
        self.count += 1
        loss = self.model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()
        self.schedule.step()
        if hasattr(self.model.base_model, "update_and_allocate"):
            self.model.base_model.update_and_allocate(self.count)
        self.optimizer.zero_grad()
        return loss.item()


def train(options):
    """Times PEFT's fine-tuning; reading and tokenizing are not in the time."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    labels, texts = read_rows(options.train)
    names = class_names(labels)
    tokenizer = AutoTokenizer.from_pretrained(options.model)
    rows = encode(tokenizer, texts, options.max_length)
    classes = torch.tensor([names.index(label) for label in labels])
    per_epoch = len(batches(rows, options.batch_size))
    total = per_epoch * options.epochs
    model = get_peft_model(load_base(options.model, len(names)), adapter_config(options, total))
    rate = options.lr or (2e-3 if options.allocator == "adalora" else 1e-3)
    step = Step(model, rate, total)
    shuffle = random.Random(options.seed)

    result = {"allocator": options.allocator, "epoch_seconds": [], "tokens_per_second": []}
    for epoch in range(1, options.epochs + 1):
        model.train()
        order = shuffle.sample(range(len(rows)), len(rows))
        real = padded = 0
        start = time.perf_counter()
        for batch in batches(rows, options.batch_size, order):
            inputs = collate(tokenizer, rows, batch)
            real += int(inputs["attention_mask"].sum())
            padded += inputs["input_ids"].numel()
            loss = step({**inputs, "labels": classes[batch]})
            if options.steps and step.count == options.steps:
                break
        seconds = time.perf_counter() - start
        result["epoch_seconds"].append(seconds)
        result["tokens_per_second"].append(real / seconds)
        print(
            f"epoch {epoch}: {seconds:.1f} s, loss {loss:.4f}, {real / seconds:.0f} tokens/s"
            f" ({padded / seconds:.0f} with the padding)"
        )
        if options.steps and step.count == options.steps:
            break
    if options.eval:
        held, held_texts = read_rows(options.eval)
        held_rows = encode(tokenizer, held_texts, options.max_length)
        found = compute_logits(model, tokenizer, held_rows).argmax(1).tolist()
        result["accuracy"] = sum(names[i] == label for i, label in zip(found, held)) / len(held)
        print(f"accuracy {result['accuracy']:.4f}")
    print(json.dumps(result))
    return 0


def bench(options):
    """Median seconds of a whole training step on random tokens of one length."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    model = get_peft_model(load_base(options.model, 2), adapter_config(options, 1_000_000))
    model.train()
    step = Step(model, 1e-4, 1_000_000)
    shape = (options.batch_size, options.length)
    batch = {
        "input_ids": torch.randint(model.config.vocab_size, shape),
        "attention_mask": torch.ones(shape, dtype=torch.long),
        "labels": torch.arange(options.batch_size) % 2,
    }
    seconds = []
    for _ in range(options.steps + 2):  # two that are not measured
        start = time.perf_counter()
        step(batch)
        seconds.append(time.perf_counter() - start)
    median = statistics.median(seconds[2:])
    rate = options.batch_size * options.length / median
    print(json.dumps({"tokens_per_second": rate, "step_seconds": median}))
    return 0


# --- The command line


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)

    def command(function):
        made = commands.add_parser(function.__name__, help=function.__doc__)
        made.set_defaults(run=function)
        made.add_argument("--model", required=True, help="model folder")
        return made.add_argument

    add = command(logits)
    add("--adapter", required=True, help="adapter folder")
    add("--eval", required=True, help="the TSV file that was evaluated")
    add("--predictions", required=True, help="what ranktop evaluate --predictions wrote")
    add("--max-length", type=int, help="tokens kept (ranktop.json's, else 128)")
    add("--bound", type=float, default=1e-4, help="largest difference to pass (1e-4)")

    add = command(save)
    add("--data", required=True, help="TSV file for the classes and the logits")
    add("--output", required=True, help="folder for the adapter")
    add("--predictions", required=True, help="JSONL file for the logits")
    add("--rank", type=int, default=4)
    add("--alpha", type=int, default=8)
    add("--use-rslora", action="store_true", help="scale by alpha / sqrt(rank)")
    add("--rank-pattern", nargs="*", default=[], metavar="MODULE=RANK")
    add("--alpha-pattern", nargs="*", default=[], metavar="MODULE=ALPHA")
    add("--max-length", type=int, default=128, help="tokens kept (128)")
    add("--seed", type=int, default=1)

    add = command(train)
    add("--train", required=True, help="TSV file")
    add("--eval", help="TSV file")
    add("--allocator", choices=["lora", "adalora"], default="lora")
    add("--rank", type=int, default=4)
    add("--epochs", type=int, default=1)
    add("--steps", type=int, help="stop after so many, on the schedule of the whole run")
    add("--batch-size", type=int, default=32)
    add("--lr", type=float, help="peak learning rate (lora 1e-3, adalora 2e-3)")
    add("--max-length", type=int, default=128, help="tokens kept (128)")
    add("--threads", type=int, default=2)
    add("--seed", type=int, default=1)

    add = command(bench)
    add("--batch-size", type=int, default=32)
    add("--length", type=int, default=128)
    add("--rank", type=int, default=8)
    add("--steps", type=int, default=10, help="steps to measure (10)")
    add("--threads", type=int, default=2)
    add("--allocator", choices=["lora", "adalora"], default="lora")
    return parser.parse_args()


if __name__ == "__main__":
    options = arguments()
    sys.exit(options.run(options))
