"""Writes WordNet's glosses as TSV files: label = lexicographer class, text = definition.

    python3 wordnet_glosses.py --wordnet /usr/share/wordnet --out DIR --rows 20000

The 45 lexicographer files (noun.animal, verb.motion, ...) are WordNet's own classes of meaning
(lexnames(5WN)); examples in quotation marks are cut off. A synset belongs to the evaluation data when a hash of its
place says so, so the split is the same everywhere.
"""
import argparse
import hashlib
import os
import sys

LEXNAMES = """adj.all adj.pert adv.all noun.Tops noun.act noun.animal noun.artifact noun.attribute noun.body
noun.cognition noun.communication noun.event noun.feeling noun.food noun.group noun.location noun.motive noun.object
noun.person noun.phenomenon noun.plant noun.possession noun.process noun.quantity noun.relation noun.shape
noun.state noun.substance noun.time verb.body verb.change verb.cognition verb.communication verb.competition
verb.consumption verb.contact verb.creation verb.emotion verb.motion verb.perception verb.possession
verb.social verb.stative verb.weather adj.ppl""".split()


def glosses(folder):
    """Yields (place, class, definition) of every synset."""
    for part in ("noun", "verb", "adj", "adv"):
        with open(os.path.join(folder, "data." + part), encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.startswith("  ") or "|" not in line:
                    continue
                head, gloss = line.split("|", 1)
                offset, number = head.split()[:2]
                definition = gloss.split('; "')[0].strip().strip(";").replace("\t", " ")
                if definition and not definition.startswith('"'):
                    yield part + offset, LEXNAMES[int(number)], definition


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--wordnet", default="/usr/share/wordnet")
    arguments.add_argument("--out", required=True)
    arguments.add_argument("--rows", type=int, default=20000, help="training rows")
    options = arguments.parse_args()
    if not os.path.exists(os.path.join(options.wordnet, "data.noun")):
        sys.exit(f"{options.wordnet} holds no WordNet: apt-get install wordnet-base")
    ranked = sorted(
        (hashlib.sha256(place.encode()).digest(), label, text)
        for place, label, text in glosses(options.wordnet))
    held = max(1, options.rows // 10)
    os.makedirs(options.out, exist_ok=True)
    parts = {"eval": ranked[:held], "train": ranked[held:held + options.rows]}
    known = {label for _, label, _ in parts["train"]}
    for name, rows in parts.items():
        path = os.path.join(options.out, name + ".tsv")
        with open(path + ".part", "w", encoding="utf-8") as file:
            file.write("label\ttext\n")
            file.writelines(f"{label}\t{text}\n" for _, label, text in rows if label in known)
        os.replace(path + ".part", path)
        print(f"{path}: {len(rows)} rows", file=sys.stderr)


if __name__ == "__main__":
    main()
