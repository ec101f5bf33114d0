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
from adjustText import adjust_text
from PIL import Image

from lessons import EXAMPLES, LESSONS, PARTS, ROOT, Lesson

HERE = ROOT / "benchmarks"
RESULTS = HERE / "results"
NOT_MEASURED = "not measured yet"
TIMES = (
    "The times include the start of Keras, on two CPU cores. Your computer may be twice as fast, "
    "or half as fast."
)
# What measure.py writes about each run; a record with anything else, or with less, is refused.
KEYS = {
    "run",
    "seed",
    "values",
    "seconds",
    "memory_mb",
    "versions",
    "python",
    "cpu",
    "cores",
    "date",
}
WHOLE_RUN = {"process_wall", "process_cpu"}
TRAINING = {"training_wall", "training_cpu"}  # if the file prints lines about its epochs


@dataclass
class Run:
    """A lesson or recipe with its options, as in lessons.toml, and what its records say."""

    file: str
    seeds: int = Lesson.seeds
    sentence: str = Lesson.sentence
    title: str = ""
    id: str = ""
    options: str = ""
    edit: list = field(default_factory=list)
    words: str = ""
    quoted: str = ""  # the lesson that gives this recipe's figure, after the words
    raced: bool = False
    goal: dict | None = None
    plain: str = ""

    def __post_init__(self):
        self.name = f"{self.file}_{self.id}" if self.id else self.file
        self.title = self.title or f"**`{self.file}.py {self.options}".strip() + "`**"
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
        """Return its records, for the seeds 0, 1, 2, ...: of its own file, and of no other."""
        records = read(self.name)
        ran = [(record["run"], record["seed"]) for record in records]
        if ran != [(self.name, seed) for seed in range(len(records))]:
            raise ValueError(
                f"{file_of(self.name)}: not the seeds 0, 1, 2, ... of {self.name}: {ran}"
            )
        return records

    def figures(self, part="values"):
        """Return mean, spread and most of each number that all its records have."""
        parts, figures = [record[part] for record in self.records()], {}
        for key in set.intersection(*map(set, parts)) if parts else ():
            numbers = [numbers[key] for numbers in parts]
            mean, most = statistics.mean(numbers), max(numbers)
            spread = statistics.stdev(numbers) if len(numbers) > 1 else 0
            figures[key] = SimpleNamespace(mean=mean, spread=spread, most=most)
        return figures

    def measured(self):
        """Return how often it was measured: the number of seeds, or of rounds of its race."""
        return len(ratios(self.file, self.name, "wall") if self.raced else self.records())

    def figure(self):
        """Return its result in words without the number of seeds; "" if it is not measured."""
        if self.raced:
            longer = ratios(self.file, self.name, "wall")
            return self.sentence.format(longer=statistics.mean(longer)) if longer else ""
        return self.sentence.format(**self.figures()) if self.records() else ""

    def in_plain_words(self):
        """Return its result in plain words, such as "reads 99.3 % of the test digits"."""
        words = self.plain.format(**self.figures()) if self.records() else NOT_MEASURED
        return re.sub(r"(?<=\d)%", " %", words)

    def count(self):
        """Return how often it was measured, such as "5 seeds" or "3 rounds"."""
        unit = "round" if self.raced else "seed"
        return f"1 {unit}" if self.measured() == 1 else f"{self.measured()} {unit}s"

    def result(self):
        """Return its published sentence, such as "test accuracy 0.9862 +/- 0.0004 (5 seeds)"."""
        figure = self.figure()
        return f"{figure} ({self.count()})" if figure else NOT_MEASURED

    def about(self):
        """Return about how long the whole run takes, such as "25 s" or "3 min"."""
        if figure := self.figures("seconds").get("process_wall"):
            return f"{figure.mean / 60:.0f} min" if figure.mean > 100 else f"{figure.mean:.0f} s"
        return ""

    def seconds(self, clock):
        """Return mean seconds, such as "5.7 s", or nothing if its records have none."""
        if figure := self.figures("seconds").get(clock):
            return f"{figure.mean:.1f} s" if figure.mean < 10 else f"{figure.mean:,.0f} s"
        return ""


ONE_RUN = "test accuracy {Test accuracy.mean:.4f}"
BOSTON = "test MAE {Test MAE.mean:.2f} +/- {Test MAE.spread:.2f}, RMSE {Test RMSE.mean:.2f}"
TEN_FOLDS = "accuracy {Test accuracy.mean:.4f}, log loss {Log loss.mean:.4f}, AUC {AUC.mean:.4f}"
PENGUINS = "{Test accuracy.mean:.3f} +/- {Test accuracy.spread:.3f}"
RECIPES = [  # what people would use instead; ours are in bold
    Run("keras_io_cnn", 3, title="keras.io's convnet, 15 epochs"),
    Run("old_blog_cnn", 1, ONE_RUN, "old blog's CNN, 12 epochs"),
    Run("classic_5x5_cnn", 3, title="classic 5x5 CNN, 1 epoch"),
    Run("old_mlp", 2, title="Keras's old MLP, 20 epochs"),
    Run("small_mlp", 10, title="old tutorials' 784-32-10, 2 epochs"),
    Run("book_boston", 10, BOSTON, "the book's network, 80 epochs"),
    Run("scikit_boston", 10, BOSTON, "scikit-learn's gradient boosting"),
    Run("scikit_boston", 5, BOSTON, "scikit-learn's ridge regression", "ridge", "--ridge 1"),
    Run("keras_logistic", 10, TEN_FOLDS, "**`logistic_regression.py` in ten folds**"),
    Run("scikit_logistic", 10, TEN_FOLDS, "scikit-learn's logistic regression"),
    Run(
        "scikit_penguins",
        10,
        PENGUINS,
        "scikit-learn's logistic regression, penguins",
        words="scikit-learn's logistic regression, from the four measurements alone:",
        quoted="your_own_table",
    ),
    Run(
        "scikit_penguins",
        10,
        PENGUINS,
        "the same with the species",
        "species",
        "--species 1",
        words="The same with the species as well:",
        quoted="your_own_table",
    ),
    Run(
        "scikit_language",
        1,
        ONE_RUN,
        "scikit-learn's naive Bayes on triples of letters",
        words="Naive Bayes on triples of letters:",
        quoted="which_language",
    ),
    Run(
        "scikit_pca",
        1,
        "error {Test error.mean:.4f}, neighbours {Right digit from the neighbours.mean:.2f}",
        "scikit-learn's PCA with two numbers",
        words="PCA with two numbers:",
        quoted="autoencoder",
    ),
]
OURS, TRIED = [], []
for _name, _lesson in LESSONS.items():
    OURS.append(Run(_name, _lesson.seeds, _lesson.sentence, goal=_lesson.goal, plain=_lesson.plain))
    OURS += [Run(_name, **entry) for entry in _lesson.also]
    TRIED += [Run(_name, **entry) for entry in _lesson.tried]
RUNS = {run.name: run for run in [*TRIED, *RECIPES, *OURS]}
RACES = [  # run in turn: ours, the other
    ("train_fast", "keras_io_cnn"),
    ("mnist_dense", "old_mlp"),
    *((run.file, run.name) for run in TRIED if run.raced),
]


def file_of(name):
    """Return the file with the records of a run or of a race."""
    return RESULTS / f"{name}.jsonl"


def race(ours, other):
    """Return the name of a race."""
    return f"race_{ours}_{other}"


def read(name):
    """Return the records in a file, as measure.py wrote them; none if there is no file.

    Raises ValueError for a record in which something is missing or that has something unknown.
    """
    path = file_of(name)
    records = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    for number, record in enumerate(records, start=1):
        wrong = KEYS ^ record.keys()
        if not wrong and record["seconds"].keys() != WHOLE_RUN | TRAINING:
            wrong = WHOLE_RUN ^ record["seconds"].keys()
        if wrong:
            raise ValueError(
                f"{path}, line {number}: missing or unknown: {', '.join(sorted(wrong))}"
            )
    return records


def ratios(ours, other, clock):
    """Return how many times longer the other one trains, in each round of the race."""
    records = read(race(ours, other))
    rounds = range(len(records) // 2)
    expected = [(run, seed) for seed in rounds for run in (ours, other)]
    if [(record["run"], record["seed"]) for record in records] != expected:
        raise ValueError(f"{file_of(race(ours, other))}: not in turn {ours} and {other}")
    times = [record["seconds"][f"training_{clock}"] for record in records]
    return [longer / time for time, longer in zip(times[::2], times[1::2], strict=True)]


def where(runs):
    """Return in one line with what, on what and when these runs were made."""
    records = [record for run in runs for record in run.records()]
    if not records:
        return f"{NOT_MEASURED.capitalize()}."
    versions = {" ".join(pair) for record in records for pair in record["versions"].items()}
    machines = {f"{record['cores']} cores of an {record['cpu']}" for record in records}
    days = sorted({record["date"] for record in records})
    days = " to ".join(sorted({days[0], days[-1]}))
    return f"{', '.join(sorted(versions))}; {'; '.join(sorted(machines))}; {days}."


def table(rows):
    """Return a table in Markdown; its first row is the heading."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def put(text, name, *paragraphs):
    """Return a text with these paragraphs between <!-- name --> and <!-- end -->."""
    place = rf"(?<=<!-- {name} -->\n).*?(?=\n<!-- end -->)"
    before, after = re.split(place, text, maxsplit=1, flags=re.DOTALL)
    return before + "\n\n".join(paragraphs) + after


def readme(text):
    """Return README with the course, a table for each part, and the short list of old lines."""
    paragraphs = []
    for part in PARTS:
        rows = [["", "lesson", "you will learn", "result", "takes about"]]
        for name, lesson in LESSONS.items():
            if lesson.part == part:
                picture = f'<img src="docs/pictures/{name}.png" width="160" alt="">'
                link = f"[{lesson.title}](examples/{name}.py)<br>`{name}.py`"
                result = [RUNS[name].in_plain_words(), RUNS[name].about()]
                rows.append([picture, link, lesson.line("You will learn"), *result])
        paragraphs += [f"### {part}", table(rows)]
    text = put(text, "course", *paragraphs, f"{TIMES} {yardstick()}", beside_keras_io())

    rows = [["old line", "today"]]
    for line in tomllib.loads((ROOT / "docs" / "old_lines.toml").read_text())["line"]:
        if line.get("short"):
            codes = [line["old"].split("\n"), line["new"].split("\n")]
            rows.append(["<br>".join(f"`{part}`" for part in code) for code in codes])
    return put(text, "old lines", table(rows))


def yardstick():
    """Return the sentence by which a reader can scale the seconds to her own machine."""
    run = RUNS["keras_io_cnn"]
    if not run.records():
        return f"(To compare, an epoch of keras.io's MNIST example: {NOT_MEASURED}.)"
    epoch = run.figures("seconds")["training_wall"].mean / 15
    machine = run.records()[0]["cpu"]
    return (
        f"(To compare: an epoch of keras.io's MNIST example takes {epoch:.1f} s on an {machine}.)"
    )


def beside_keras_io():
    """Return README's sentence about train_fast.py and the example of keras.io."""
    ours, other = RACES[0]
    accuracies = [RUNS[name].figures().get("Test accuracy") for name in (ours, other)]
    if not all(accuracies) or not ratios(ours, other, "wall"):
        return f"`train_fast.py` beside keras.io's example: {NOT_MEASURED}."
    times = statistics.mean(ratios(ours, other, "wall"))
    ours, other = (f"{accuracy.mean:.2%}".replace("%", " %") for accuracy in accuracies)
    return (
        f"`train_fast.py` trains {times:.0f} times faster than keras.io's example with its 15 "
        f"epochs. It reads {ours} of the test digits, and the example {other}."
    )


def own_readme(text):
    """Return benchmarks/README.md with its three tables."""
    rows = [["run", "result", "training, wall", "training, CPU", "whole run"]]
    for run in [*OURS, *RECIPES]:
        times = [run.seconds(clock) for clock in ("training_wall", "training_cpu", "process_wall")]
        rows.append([run.title, run.result(), *times])
    text = put(text, "compared", table(rows), f"{where([*OURS, *RECIPES])} {yardstick()}")

    rows = [["ours", "the other", "times longer, wall", "times longer, CPU"]]
    for ours, other in RACES:
        cells = [RUNS[ours].title, RUNS[other].words.removesuffix(":") or RUNS[other].title]
        for clock in ("wall", "cpu"):
            rounds = ratios(ours, other, clock)
            each = ", ".join(f"{ratio:.1f}" for ratio in rounds)
            cells.append(f"{statistics.mean(rounds):.1f} ({each})" if rounds else NOT_MEASURED)
        rows.append(cells)
    text = put(text, "ratios", table(rows))

    rows = [[f"`{run.file}.py`", run.words.removesuffix(":"), run.result()] for run in TRIED]
    return put(text, "tried", table([["lesson", "change", "result"], *rows]), where(TRIED))


def wrap(text, first, following):
    """Return a text as lines of a lesson, at most 100 wide; hyphens and words stay whole."""
    return textwrap.fill(
        text,
        100,
        initial_indent=first,
        subsequent_indent=following,
        break_on_hyphens=False,
        break_long_words=False,
    )


def lesson_text(lesson):
    """Return a lesson with its line "Expected" and the figures of its suggestions and tables."""
    text, run = lesson.text, RUNS[lesson.name]
    expected = run.in_plain_words()
    if run.records():
        cores = run.records()[0]["cores"]
        expected += f"; takes about {run.about()} on {cores} CPU cores"
    before, after = re.split("- Expected: .*?(?=\n- )", text, maxsplit=1, flags=re.DOTALL)
    text = before + wrap(f"Expected: {expected}.", "- ", "  ") + after
    tried = [run for run in TRIED if run.file == lesson.name]
    for run in [*tried, *(run for run in RECIPES if run.quoted == lesson.name)]:
        text = put_figure(text, run)
    return text


def put_figure(text, run):
    """Return a lesson's text with the figure of a run, which stands after the run's words.

    It stands in a suggestion, `# - words FIGURE (5 seeds). And so on.`, or in a row of a table in
    the code, `    words FIGURE,  # (5 seeds)`; if it is not measured, the row says `np.nan`.
    """
    words = re.escape(run.words).replace(r"\ ", r"\s+(?:# +)?")  # a line may end between two words
    row = re.compile(rf"^    {words} .*", re.MULTILINE)
    suggestion = re.compile(rf"^# - {words}\s.*(?:\n#   .*)*", re.MULTILINE)
    if row.search(text):
        figure = run.figure()
        after = f"{figure},  # ({run.count()})" if figure else f"np.nan,  # {NOT_MEASURED}"
        return row.sub(lambda _: f"    {run.words} {after}", text)
    if found := suggestion.search(text):
        sentence = " ".join(found[0].replace("\n# ", " ").split())
        old = rf"{re.escape(run.words)} ({NOT_MEASURED}|[^(]+ \(\d+ (seed|round)s?\))"
        if re.search(old, sentence):
            sentence = re.sub(old, lambda _: f"{run.words} {run.result()}", sentence)
            return text.replace(found[0], wrap(sentence.removeprefix("# - "), "# - ", "#   "))
    raise ValueError(f'{run.path}: no "{run.words} FIGURE (N seeds)" and no "{NOT_MEASURED}"')


def texts():
    """Return what every published text should be, by its path."""
    changes = {ROOT / "README.md": readme, HERE / "README.md": own_readme}
    result = {path: change(path.read_text()) for path, change in changes.items()}
    return result | {lesson.path: lesson_text(lesson) for lesson in LESSONS.values()}


def missed():
    """Return a line for each run with too few seeds, and for each goal that is missed."""
    lines = []
    for run in RUNS.values():
        figures = run.figures()
        if run.measured() < run.seeds:
            lines.append(f"{run.name}: measured {run.measured()} times, not {run.seeds}")
        for name, (least, most) in (run.goal or {}).items() if figures else ():
            if name not in figures or not least <= figures[name].mean <= most:
                lines.append(f"{run.name}: {name}: {figures.get(name)}, not {least} to {most}")
    return lines


def draw_results():
    """Draw accuracy on MNIST against time: of all recipes and lessons that have one."""
    figure, ax = plt.subplots(figsize=(10, 8), layout="constrained")
    ax.set(xlabel="whole run, seconds", xscale="log", xlim=(5, 3000))
    ax.set(ylabel="test accuracy on MNIST", yscale="logit", ylim=(0.83, 0.998))
    ax.set(xticks=[10, 30, 100, 300, 1000])
    ax.set(yticks=[0.85, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.997])
    ax.minorticks_off()
    ax.xaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_major_formatter("{x:g}")
    ax.grid(alpha=0.3)
    labels, points = [], []
    for run in [*OURS, *RECIPES]:
        on_mnist = LESSONS[run.file].on_mnist if run in OURS else run.file.endswith(("cnn", "mlp"))
        if not on_mnist or not run.records():
            continue
        figures, wall = run.figures(), run.figures("seconds")["process_wall"].mean
        accuracy = figures.get("Test accuracy on MNIST") or figures["Test accuracy"]
        color, weight = ("C0", "bold") if run in OURS else ("C1", "normal")
        ax.errorbar(wall, accuracy.mean, accuracy.spread, color=color, marker="o", capsize=3)
        points.append((wall, accuracy.mean))
        label = re.sub("[*`]|[.]py", "", run.title)
        labels.append(ax.text(wall, accuracy.mean, label, color=color, weight=weight, size=9))
    line = {"arrowstyle": "-", "color": "gray", "linewidth": 0.7}
    figure.draw_without_rendering()  # now the places are known
    x, y = zip(*points, strict=True) if points else ((), ())
    adjust_text(labels, x, y, ax=ax, expand=(1.3, 2.4), arrowprops=line)  # no label upon another
    figure.savefig(HERE / "results.png", dpi=100)


def keep_picture(name, folder):
    """Keep one of the pictures that a lesson has just drawn, small, for README."""
    path = Path(folder, "output", name, f"{name}-{LESSONS[name].thumbnail}.png")
    with Image.open(path) as image:
        image.thumbnail((480, 480))
        image.quantize(64).save(ROOT / "docs" / "pictures" / f"{name}.png", optimize=True)
