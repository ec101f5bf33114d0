"""What is measured, its records, and all that is published: written from the records alone."""

import json
import re
import statistics
import textwrap
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import matplotlib.pyplot as plt
from PIL import Image

from lessons import EXAMPLES, LESSONS, ROOT, Lesson

HERE = ROOT / "benchmarks"
RESULTS = HERE / "results"


@dataclass
class Run:
    """A lesson or recipe with its options, as in lessons.toml, and what its records say."""

    file: str
    seeds: int = Lesson.seeds
    says: str = Lesson.says
    title: str = ""
    options: str = ""
    edit: list = field(default_factory=list)
    words: str = ""
    raced: bool = False
    goal: dict | None = None

    def __post_init__(self):
        command = f"{self.file}.py {self.options}".strip()
        self.name = f"{self.file}, {self.words}" if self.edit else command.replace(".py", "")
        self.title = self.title or f"**`{command}`**"
        folder = EXAMPLES if self.file in LESSONS else HERE / "recipes"
        self.path = folder / f"{self.file}.py"
        self.backend = getattr(LESSONS.get(self.file), "backend", "") or "tensorflow"

    def text(self):
        """Return the text that runs."""
        text = self.path.read_text()
        for old, new in self.edit:
            if old not in text:
                raise ValueError(f"{self.name}: there is no {old!r} to change")
            text = text.replace(old, new)
        return text

    def records(self):
        """Return its records, one for each seed: from its file, or else from a race."""
        records = [record for pair in reversed(RACE) for record in read(race(*pair))]
        records = [record for record in records if record["run"] == self.name]
        return list({record["seed"]: record for record in records + read(self.name)}.values())

    def figures(self, part="values"):
        """Return mean, spread and most of each number that all its records have."""
        parts, figures = [record[part] for record in self.records()], {}
        for key in set.intersection(*map(set, parts)) if parts else ():
            numbers = [numbers[key] for numbers in parts]
            mean, most = statistics.mean(numbers), max(numbers)
            spread = statistics.stdev(numbers) if len(numbers) > 1 else 0
            figures[key] = SimpleNamespace(mean=mean, spread=spread, most=most)
        return figures

    def figure(self):
        """Return what `says` says: of the values, and of the ratio to the lesson if it raced."""
        figures = self.figures()
        if self.raced:
            figures["longer"] = statistics.mean(ratios(self.file, self.name, "wall"))
        return self.says.format(**figures)

    def result(self):
        """Return its published sentence, such as "test accuracy 0.9862 +/- 0.0004 (5 seeds)"."""
        if not (count := len(self.records())):
            return "not measured yet"
        unit = "round" if self.raced else "seed"
        return f"{self.figure()} ({count} {unit if count == 1 else unit + 's'})"

    def seconds(self, clock):
        """Return mean seconds, such as "5.7 s", or nothing if its records have none."""
        if figure := self.figures("seconds").get(clock):
            return f"{figure.mean:.1f} s" if figure.mean < 10 else f"{figure.mean:,.0f} s"
        return ""


ONE_RUN = "test accuracy {Test accuracy.mean:.4f}"
BOSTON = "test MAE {Test MAE.mean:.2f} +/- {Test MAE.spread:.2f}, RMSE {Test RMSE.mean:.2f}"
TEN_FOLDS = "accuracy {Test accuracy.mean:.4f}, log loss {Log loss.mean:.4f}, AUC {AUC.mean:.4f}"
RECIPES = [  # what people would use instead; in bold what is ours
    Run("keras_io_cnn", 3, title="keras.io's convnet, 15 epochs"),
    Run("old_blog_cnn", 1, ONE_RUN, "old blog's CNN, 12 epochs"),
    Run("classic_5x5_cnn", 3, title="classic 5x5 CNN, 1 epoch"),
    Run("old_mlp", 2, title="Keras's old MLP, 20 epochs"),
    Run("small_mlp", 10, title="old tutorials' 784-32-10, 2 epochs"),
    Run("book_boston", 10, BOSTON, "the book's network, 80 epochs"),
    Run("scikit_boston", 10, BOSTON, "scikit-learn's gradient boosting"),
    Run("scikit_boston", 5, BOSTON, "scikit-learn's ridge regression", "--ridge 1"),
    Run("keras_logistic", 10, TEN_FOLDS, "**`logistic_regression.py` in ten folds**"),
    Run("scikit_logistic", 10, TEN_FOLDS, "scikit-learn's logistic regression"),
]
OURS, TRIED = [], []
for _name, _lesson in LESSONS.items():
    OURS.append(Run(_name, _lesson.seeds, _lesson.says, goal=_lesson.goal))
    OURS += [Run(_name, **entry) for entry in _lesson.also]
    TRIED += [Run(_name, **entry) for entry in _lesson.tried]
RUNS = {run.name: run for run in [*TRIED, *RECIPES, *OURS]}
RACE = [  # run in turn: ours, the other
    ("train_fast", "keras_io_cnn"),
    ("mnist_dense", "old_mlp"),
    *((run.file, run.name) for run in TRIED if run.raced),
]


def file_of(name):
    """Return the file with the records of a run."""
    return RESULTS / f"{re.sub('[^a-z0-9]+', '_', name.lower()).strip('_')}.jsonl"


def race(ours, other):
    """Return the name of a race."""
    return f"race {ours}, {other}"


def read(name):
    """Return the records in a file."""
    path = file_of(name)
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def ratios(ours, other, clock):
    """Return how many times longer the other one trains, in each round of the race."""
    times = {ours: [], other: []}
    for record in read(race(ours, other)):
        times[record["run"]].append(record["seconds"][f"training_{clock}"])
    return [longer / time for time, longer in zip(*times.values(), strict=True)]


def where(runs):
    """Return in one line with what, on what and when these runs were made."""
    records = [record for run in runs for record in run.records()]
    versions = {" ".join(pair) for record in records for pair in record["versions"].items()}
    machines = {f"{record['cores']} cores of an {record['cpu']}" for record in records}
    days = sorted({record["date"] for record in records})
    days = " to ".join(sorted({days[0], days[-1]}))
    return f"{', '.join(sorted(versions))}; {'; '.join(sorted(machines))}; {days}."


def put(text, name, rows, *below):
    """Return a text with a table, and lines below it, between <!-- name --> and <!-- end -->."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, "|" + "---|" * len(rows[0]))
    content = "\n\n".join(["\n".join(lines), *below])
    place = rf"(?<=<!-- {name} -->\n).*?(?=\n<!-- end -->)"
    before, after = re.split(place, text, maxsplit=1, flags=re.DOTALL)
    return before + content + after


def readme(text):
    """Return README with its two tables and the sentence about keras.io."""
    rows = [["", "lesson", "you will learn", "result", "training", "whole run"]]
    for run in OURS:
        cells = ["", f"the same with `{run.options}`", ""]
        if not run.options:
            picture = f'<img src="docs/pictures/{run.file}.png" width="160" alt="">'
            link = f"[{run.file}.py](examples/{run.file}.py)"
            cells = [picture, link, LESSONS[run.file].line("You will learn")]
        cells += [run.result(), run.seconds("training_wall"), run.seconds("process_wall")]
        rows.append(cells)
    wall, cpu = (statistics.mean(ratios(*RACE[0], clock)) for clock in ("wall", "cpu"))
    ours, other = (f"{RUNS[name].figures()['Test accuracy'].mean:.4f}" for name in RACE[0])
    beside = (
        f"The one epoch of `train_fast.py` takes {wall:.0f} times less training time "
        f"({cpu:.0f} times less CPU time) than the MNIST example on keras.io with its 15 epochs, "
        f"run in turn on the same machine: {ours} against {other}."
    )
    measured = f"Mean +/- standard deviation over seeds. {where(OURS)}"
    text = put(text, "results", rows, measured, beside)

    rows = [["old line", "today"]]
    for line in tomllib.loads((ROOT / "docs" / "old_lines.toml").read_text())["line"]:
        if line.get("short"):
            codes = [line["old"].split("\n"), line["new"].split("\n")]
            rows.append(["<br>".join(f"`{part}`" for part in code) for code in codes])
    return put(text, "old lines", rows)


def devices():
    """Return the rows about scale_out.py with two devices or processes, from its own records."""
    rows = [["", "one, seconds an epoch", "two, seconds an epoch", "speed-up, each round"]]
    rounds = [record["seconds"] for record in read("scale_out devices")]
    for one, two in (("1 device", "2 devices"), ("1 process", "2 processes")):
        gains = [times[one] / times[two] for times in rounds]
        cells = [one.split()[1]]
        cells += [f"{statistics.mean(times[name] for times in rounds):.1f}" for name in (one, two)]
        each = ", ".join(f"{gain:.2f}" for gain in gains)
        rows.append([*cells, f"{statistics.mean(gains):.2f} ({each})"])
    return rows


def own_readme(text):
    """Return benchmarks/README.md with its four tables."""
    rows = [["run", "result", "training, wall", "training, CPU", "whole run"]]
    for run in [*OURS, *RECIPES]:
        times = [run.seconds(clock) for clock in ("training_wall", "training_cpu", "process_wall")]
        if any("epochs_timed" in record for record in run.records()):
            times[0] += " (*)"
        rows.append([run.title, run.result(), *times])
    text = put(text, "compared", rows, where([*OURS, *RECIPES]))

    rows = [["ours", "the other", "times longer, wall", "times longer, CPU"]]
    for ours, other in [pair for pair in RACE if read(race(*pair))]:
        cells = [RUNS[ours].title, RUNS[other].words or RUNS[other].title]
        for clock in ("wall", "cpu"):
            rounds = ratios(ours, other, clock)
            each = ", ".join(f"{ratio:.1f}" for ratio in rounds)
            cells.append(f"{statistics.mean(rounds):.1f} ({each})")
        rows.append(cells)
    text = put(text, "ratios", rows)
    if read("scale_out devices"):
        text = put(text, "devices", devices())

    rows = [[f"`{run.file}.py`", run.words.removesuffix(":"), run.result()] for run in TRIED]
    return put(text, "tried", [["lesson", "change", "result"], *rows], where(TRIED))


def lesson_text(lesson):
    """Return a lesson with its line "Expected" and the figures of its suggestions."""
    text, run = lesson.text, RUNS[lesson.name]
    if records := run.records():
        training = run.seconds("training_wall")
        time = f"{training} of training" if training else f"{run.seconds('process_wall')} in all"
        line = f"- Expected: {run.result()}, {time} on {records[0]['cores']} CPU cores."
        line = textwrap.fill(line, 100, subsequent_indent="  ", break_on_hyphens=False)
        before, after = re.split("- Expected: .*?(?=\n- )", text, maxsplit=1, flags=re.DOTALL)
        text = before + line + after

    gap = r"\s+(?:# +)?"  # a line of the comment may end between two words
    for run in [run for run in TRIED if run.file == lesson.name]:
        words = gap.join(map(re.escape, run.words.split()))  # of a bullet, or of a row of a table
        place = (
            rf"((?:# - |^    ){words}{gap})(?:(?!# -)[^(])+?(,?{gap}\()\d+({gap}(?:seed|round)s?\))"
        )
        if len(re.findall(place, text, re.MULTILINE)) != 1:
            raise ValueError(f'{lesson.path}: no "{run.words} FIGURE (N seeds)"')
        if count := len(run.records()):
            figure = run.figure()
            text = re.sub(place, rf"\g<1>{figure}\g<2>{count}\g<3>", text, flags=re.MULTILINE)
    return text


def texts():
    """Return what every published text should be, by its path."""
    changes = {ROOT / "README.md": readme, HERE / "README.md": own_readme}
    result = {path: change(path.read_text()) for path, change in changes.items()}
    return result | {lesson.path: lesson_text(lesson) for lesson in LESSONS.values()}


def missed():
    """Return a line for each run with too few seeds, and for each goal that is missed."""
    lines = []
    for run in RUNS.values():
        seeds, figures = {record["seed"] for record in run.records()}, run.figures()
        if len(seeds) < run.seeds:
            lines.append(f"{run.name}: {len(seeds)} seeds measured, not {run.seeds}")
        for name, (least, most) in (run.goal or {}).items():
            if name not in figures or not least <= figures[name].mean <= most:
                lines.append(f"{run.name}: {name}: {figures.get(name)}, not {least} to {most}")
    return lines


def draw_results():
    """Draw accuracy on MNIST against training time: the recipes and the lessons that aim at it."""
    figure, ax = plt.subplots(figsize=(9, 6), layout="constrained")
    about_it = ("cnn", "mlp", "mnist_dense", "train_fast", "best_mnist")
    days = {record["date"] for record in RUNS["keras_io_cnn"].records()}
    for run in [run for run in [*OURS, *RECIPES] if run.file.endswith(about_it)]:
        if {record["date"] for record in run.records()} != days:
            continue  # machines differ from day to day, so their seconds cannot be compared
        accuracy = run.figures()["Test accuracy"]
        wall = run.figures("seconds")["training_wall"].mean
        color, weight = ("C0", "bold") if run in OURS else ("C1", "normal")
        ax.errorbar(wall, accuracy.mean, accuracy.spread, color=color, marker="o", capsize=3)
        label, top = "  " + re.sub("[*`]", "", run.title), accuracy.mean + accuracy.spread
        ax.text(wall, top, label, color=color, weight=weight, size=9, va="bottom")
    ax.set(xlabel="training, wall seconds", xscale="log", xlim=(2.5, 6000))
    ax.set(ylabel="test accuracy on MNIST", yscale="logit", ylim=(0.94, 0.998))
    ax.set(xticks=[3, 10, 30, 100, 300, 1000], yticks=[0.95, 0.96, 0.97, 0.98, 0.99, 0.995, 0.997])
    ax.minorticks_off()
    ax.xaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_major_formatter("{x:g}")
    ax.grid(alpha=0.3)
    figure.savefig(HERE / "results.png", dpi=100)


def keep_picture(name, folder):
    """Keep one of the pictures that a lesson has just drawn, small, for README."""
    path = Path(folder, "output", name, f"{name}-{LESSONS[name].thumbnail}.png")
    with Image.open(path) as image:
        image.thumbnail((480, 480))
        image.quantize(64).save(ROOT / "docs" / "pictures" / f"{name}.png", optimize=True)
