"""Write what is published from the records: tables, pictures, the lessons' headers."""

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import NamedTuple

import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt
from PIL import Image
from runs import (
    LESSONS,
    PRECISIONS,
    RACE,
    RATIOS,
    RECIPES,
    ROOT,
    RUNS,
    TRIED,
    race_seconds,
    records_of,
    summary,
)

# which of a lesson's pictures stands in README's table
PICTURES = {
    "linear_regression": 1,
    "nonlinear_regression": 1,
    "logistic_regression": 1,
    "boston_housing": 2,
    "mnist_dense": 2,
    "mnist_cnn": 2,
    "read_your_own_digit": 1,
    "overfitting": 2,
    "watch_training": 2,
    "save_and_resume": 1,
    "functional_api": 1,
    "data_augmentation": 1,
}
OURS, OTHERS = "tab:blue", "tab:orange"
LABELS = {  # where two of them would overlap
    "keras_io_cnn": ((-8, 5), "right"),
    "pytorch_cnn": ((0, 8), "center"),
    "augmented_cnn": ((-8, -14), "right"),
}


def seconds(value):
    """Return seconds with two significant digits or whole, for example "5.7" or "36"."""
    return f"{value:.1f}" if value < 10 else f"{value:,.0f}"


def result(name):
    """Return the published sentence of a run, for example "test accuracy 0.99 +/- 0.01"."""
    figures = summary(name)
    sentence = RUNS[name].sentence.format(**figures)
    if figures["n"] == 1:
        return re.sub(r" \+/- 0\.0+(?!\d)", "", sentence) + " (1 seed)"
    return f"{sentence} ({figures['n']} seeds)"


def header(lesson, text):
    """Return a lesson's text with its line "Expected" taken from the records."""
    figures = summary(lesson)
    time = seconds(training_seconds(lesson)[0])
    words = f"- Expected: {result(lesson)}, {time} s of training on {figures['cores']} CPU cores."
    lines, line = [], ""
    for word in words.split():
        if len(line) + len(word) >= 100:
            lines.append(line)
            line = " "
        line = f"{line} {word}" if line else word
    text_of_line = "\n".join([*lines, line])
    return re.sub(r"- Expected: .*?(?=\n- )", lambda _: text_of_line, text, flags=re.DOTALL)


def block(text, name, content):
    """Return a text with what stands between <!-- name --> and <!-- end --> replaced."""
    pattern = rf"(?<=<!-- {name} -->\n).*?(?=\n<!-- end -->)"
    if not re.search(pattern, text, re.DOTALL):
        sys.exit(f"no place for the table: <!-- {name} -->")
    return re.sub(pattern, lambda _: content, text, count=1, flags=re.DOTALL)


def where(names):
    """Return in one line with what, on what and when the records of these runs were made."""
    records = [record for name in names for record in records_of(name)]
    versions = dict(pair for record in records for pair in record.get("versions", {}).items())
    if not any("scikit" in name for name in names):
        versions.pop("scikit-learn", None)  # Keras loads it when it is there, and does not use it
    machines = {f"{record['cores']} cores of an {record['cpu']}" for record in records}
    dates = sorted({record["date"] for record in records})
    software = ", ".join(f"{package} {version}" for package, version in sorted(versions.items()))
    days = " to ".join(sorted({dates[0], dates[-1]}))
    return "; ".join(filter(None, [software, *sorted(machines), days])) + "."


class Row(NamedTuple):
    """A row of README's table; `options` is empty but for a lesson's second row."""

    lesson: str
    options: str
    learn: str
    result: str
    training: str
    process: str
    picture: int


def rows_of_readme():
    """Return the rows of README's table, in the order in which to learn."""
    rows = []
    for name in LESSONS:
        lesson, _, options = name.partition(" ")
        text = (ROOT / "examples" / f"{lesson}.py").read_text()
        learn = re.search(r"- You will learn: (.*?)\.\n- ", text, re.DOTALL)[1].replace("\n", " ")
        figures = summary(name)
        training = training_seconds(name)[0]
        process = training + figures["process_wall"] - figures["training_wall"]
        times = f"{seconds(training)} s", f"{seconds(process)} s"
        rows.append(Row(lesson, options, learn, result(name), *times, PICTURES[lesson]))
    return rows


def old_lines():
    """Return README's table of lines of old tutorials."""
    rows = ["| old line | today |", "|---|---|"]
    for line in tomllib.loads((ROOT / "docs" / "old_lines.toml").read_text())["line"]:
        if line.get("short"):
            old, new = (
                "<br>".join(f"`{part}`" for part in line[age].split("\n")) for age in ("old", "new")
            )
            rows.append(f"| {old} | {new} |")
    return "\n".join(rows)


def readme(text):
    """Return README's text with its tables taken from the records and from docs/old_lines.toml."""
    rows = [
        "| | lesson | you will learn | result | training | whole run |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows_of_readme():
        picture = f'<img src="docs/pictures/{row.lesson}.png" width="160" alt="">'
        cells = [picture, f"[{row.lesson}.py](examples/{row.lesson}.py)", row.learn]
        if row.options:
            cells = ["", f"the same with `{row.options}`", ""]
        rows.append(f"| {' | '.join([*cells, row.result, row.training, row.process])} |")
    wall, cpu = (ratio(*RATIOS[0][:2], clock) for clock in ("wall", "cpu"))
    beside = (
        f"One epoch of `mnist_cnn.py` takes {statistics.mean(wall):.0f} times less training time "
        f"({statistics.mean(cpu):.0f} times less CPU time) than the MNIST example on keras.io with "
        f"its 15 epochs, run in turn on the same machine: "
        f"{summary('mnist_cnn --epochs 1')['test_accuracy']:.4f} against "
        f"{summary('keras_io_cnn')['test_accuracy']:.4f}."
    )
    rows += ["", f"Mean +/- standard deviation over seeds. {where(LESSONS)}", "", beside]
    return block(block(text, "results", "\n".join(rows)), "old lines", old_lines())


def ratio(ours, other, clock):
    """Return, for each round of the race, how many times longer the other one trains."""
    our_seconds, other_seconds = race_seconds(ours, clock), race_seconds(other, clock)
    return [other_seconds[turn] / our_seconds[turn] for turn in sorted(our_seconds)]


def title_of(name):
    """Return how the tables call a run."""
    return (
        RUNS[name].title or f"**`{name.replace(' ', '.py ', 1) if ' ' in name else name + '.py'}`**"
    )


def training_seconds(name):
    """Return wall and CPU seconds of a full training; from the race where it is longer than one."""
    for entry, times in RACE.items():
        if times > 1 and entry == f"{name} --epochs 1":
            return [
                statistics.mean(race_seconds(entry, clock).values()) for clock in ("wall", "cpu")
            ]
    figures = summary(name)
    return [figures["training_wall"], figures["training_cpu"]]


def measured(names):
    """Return those of the runs that have records; PyTorch may be missing."""
    return [name for name in names if records_of(name)]


def compared():
    """Return the table of the lessons beside what people would use instead."""
    rows = ["| run | result | training, wall | training, CPU |", "|---|---|---|---|"]
    for name in measured([*LESSONS, *RECIPES]):
        wall, cpu = training_seconds(name)
        mark = " (*)" if f"{name} --epochs 1" in RACE and name != "mnist_cnn" else ""
        rows.append(
            f"| {title_of(name)} | {result(name)} | {seconds(wall)} s{mark} | {seconds(cpu)} s |"
        )
    rows += [
        "",
        "Ours are in bold. (*) One epoch, the mean of the race, times the number of epochs. "
        + where(measured([*LESSONS, *RECIPES])),
    ]
    return "\n".join(rows)


def tried():
    """Return the table of what the lessons suggest under "What to try next"."""
    rows = ["| lesson | change | result |", "|---|---|---|"]
    for name in measured(TRIED):
        lesson = re.split("[ ,]", name)[0]
        rows.append(f"| `{lesson}.py` | {TRIED[name].title} | {result(name)} |")
    return "\n".join([*rows, "", where(measured(TRIED))])


def ratios():
    """Return the table of training times, pair by pair."""
    rows = [
        "| ours | the other | times longer, wall | times longer, CPU | goal |",
        "|---|---|---|---|---|",
    ]
    for ours, other, goal in RATIOS:
        cells = []
        for clock in ("wall", "cpu"):
            pairs = ratio(ours, other, clock)
            mean = statistics.mean(pairs)
            digits = 0 if mean >= 20 else 1 if mean >= 2 else 2
            each = ", ".join(f"{pair:.{digits}f}" for pair in pairs)
            cells.append(f"{mean:.{digits}f} ({each})")
        names = [
            title_of(name.removesuffix(" --epochs 1") if RACE[name] > 1 else name)
            for name in (ours, other)
        ]
        rows.append(f"| {' | '.join([*names, *cells])} | {round(goal, 2)} |")
    return "\n".join(rows)


def precision():
    """Return the table of float32 beside mixed_bfloat16."""
    rows = ["| precision | test accuracy | training, wall | training, CPU |", "|---|---|---|---|"]
    records = records_of("precision")
    for name in PRECISIONS:
        own = [record for record in records if record["run"] == name]
        accuracies = [record["values"]["test_accuracy"] for record in own]
        wall, cpu = (
            statistics.mean(record["seconds"][f"training_{clock}"] for record in own)
            for clock in ("wall", "cpu")
        )
        label = "`float32`" if name == PRECISIONS[0] else "`mixed_bfloat16`"
        rows.append(
            f"| {label} | {statistics.mean(accuracies):.4f} ({len(own)} seeds) "
            f"| {seconds(wall)} s | {seconds(cpu)} s |"
        )
    return "\n".join([*rows, "", where(["precision"])])


def start_up():
    """Return the table of process times beside `import keras` alone."""
    rows = ["| process | seconds | more than `import keras` |", "|---|---|---|"]
    records = records_of("start-up")
    times = {}
    for record in records:
        times.setdefault(record["run"], []).append(record["seconds"]["process_wall"])
    alone = times["import keras"]
    for name, own in times.items():
        more = statistics.median(a - b for a, b in zip(own, alone, strict=True))
        rows.append(f"| `{name}` | {statistics.median(own):.1f} | {more:.1f} |")
    return "\n".join([*rows, "", f"Medians of {len(alone)}, run in turn. {where(['start-up'])}"])


def cost():
    """Return the table of where a training step's time goes."""
    rows = [
        "| lesson | batch | a step | input | both passes | optimizer | Python | share of peak |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for record in records_of("cost"):
        if record["kind"] != "step":
            continue
        parts = record["milliseconds"]
        cells = [
            f"{parts[part]:.2f}" for part in ("total", "input", "passes", "optimizer", "python")
        ]
        share = 100 * record["share_of_peak"]
        rows.append(
            f"| `{record['lesson']}.py` | {record['batch_size']} | {' | '.join(cells)} "
            f"| {share:.2g} % of {record['peak_gigaflops']:.0f} GFLOP/s |"
        )
    return "\n".join([*rows, "", f"Milliseconds. {where(['cost'])}"])


def benchmarks_readme(text):
    """Return the text of benchmarks/README.md with its tables taken from the records."""
    for name, table in {
        "compared": compared,
        "ratios": ratios,
        "tried": tried,
        "precision": precision,
        "start-up": start_up,
        "cost": cost,
    }.items():
        if name != "precision" or records_of("precision"):  # not every processor has it
            text = block(text, name, table())
    return text


def draw_results(path):
    """Draw test accuracy against training seconds: the MNIST lessons and the recipes."""
    figure, ax = plt.subplots(figsize=(9, 6), layout="constrained")
    lessons = [name for name in LESSONS if name.startswith(("mnist", "data_augmentation"))]
    for name in measured([*lessons, *RECIPES]):
        records = records_of(name)
        if "test_accuracy" not in records[0]["values"] or "logistic" in name:
            continue  # the other lessons are about something else than this accuracy
        figures = summary(name)
        wall = training_seconds(name)[0]
        error = 100 * (1 - figures["test_accuracy"])
        ours = name in LESSONS or "**" in RUNS[name].title
        color, marker = (OURS, "o") if ours else (OTHERS, "s")
        spread = 100 * figures["test_accuracy_spread"]
        ax.errorbar(wall, error, yerr=spread, color=color, marker=marker, capsize=3)
        label = re.sub("[*`]", "", title_of(name))
        offset, align = LABELS.get(name, ((8, 5), "left") if wall < 250 else ((-8, 5), "right"))
        ax.annotate(
            label,
            (wall, error),
            xytext=offset,
            textcoords="offset points",
            ha=align,
            fontsize=9,
            color="black",
            fontweight="bold" if ours else "normal",
        )
    ax.set(xscale="log", yscale="log", xlabel="training, wall seconds (logarithmic)")
    ax.invert_yaxis()
    ticks = [5, 4, 3, 2, 1.5, 1, 0.8, 0.6, 0.5, 0.4, 0.3]
    ax.set_yticks(ticks, [f"{1 - tick / 100:.4g}" for tick in ticks])
    ax.minorticks_off()
    times = [3, 10, 30, 100, 300, 1000]
    ax.set_xlim(2.5, 1500)
    ax.set_xticks(times, [f"{time:,}" for time in times])
    ax.set_ylabel("test accuracy on MNIST (errors are logarithmic)")
    ax.set_title("More accurate is up, quicker is left: the lessons and what people use instead")
    ax.plot([], [], "o", color=OURS, label="ours (mean and standard deviation)")
    ax.plot([], [], "s", color=OTHERS, label="others")
    ax.legend(loc="lower right")
    ax.grid(alpha=0.3)
    figure.savefig(path, dpi=100)
    plt.close(figure)


def draw_cost(path):
    """Draw training time against the number of images, and against the batch size."""
    records = [record for record in records_of("cost") if record["kind"] == "epoch"]
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
    styles = {"mnist_dense": ("tab:orange", "s--"), "mnist_cnn": ("tab:blue", "o-")}
    for lesson, (color, style) in styles.items():
        own = [record for record in records if record["lesson"] == lesson]
        grown = [record for record in own if record["images"] != 10240]
        left.plot(
            [record["images"] for record in grown],
            [record["wall"] for record in grown],
            style,
            color=color,
            label=f"{lesson}.py",
        )
        batches = [record for record in own if record["images"] == 10240]
        right.plot(
            [record["batch_size"] for record in batches],
            [1e6 * record["wall"] / record["images"] for record in batches],
            style,
            color=color,
            label=f"{lesson}.py",
        )
    left.set(xscale="log", yscale="log", xlabel="training images", ylabel="seconds an epoch")
    left.set_title("One epoch, the lesson's batch size")
    sizes = [16, 32, 64, 128, 256, 512, 1024]
    right.set(xscale="log", xlabel="batch size", ylabel="microseconds an image", ylim=(0, None))
    right.set_xticks(sizes, sizes)
    right.minorticks_off()
    right.set_title("Training time of an image")
    for ax in (left, right):
        ax.grid(alpha=0.3)
        ax.legend()
    figure.savefig(path, dpi=100)
    plt.close(figure)


def draw_lessons():
    """Run every lesson once and keep its picture for README."""
    for lesson, number in PICTURES.items():
        with tempfile.TemporaryDirectory() as folder:
            path = ROOT / "examples" / f"{lesson}.py"
            subprocess.run([sys.executable, path, "--save-plots", folder], check=True)
            picture = Path(folder, f"{lesson}-{number}.png")
            if picture.stat().st_size > 60_000:  # photos do not compress well
                with Image.open(picture) as image:
                    image.thumbnail((480, 480))
                    image.quantize(64).save(picture, optimize=True)
            shutil.copy(picture, ROOT / "docs" / "pictures" / f"{lesson}.png")


def write(folder=None):
    """Write tables, headers and pictures into the project, or their like into a folder."""
    texts = {ROOT / "README.md": readme, ROOT / "benchmarks" / "README.md": benchmarks_readme}
    for lesson in {name.split()[0] for name in LESSONS}:
        path = ROOT / "examples" / f"{lesson}.py"
        texts[path] = lambda text, lesson=lesson: header(lesson, text)
    for path, function in texts.items():
        target = Path(folder, "_".join(path.relative_to(ROOT).parts)) if folder else path
        target.write_text(function(path.read_text()))
    pictures = Path(folder) if folder else ROOT / "benchmarks"
    draw_results(pictures / "results.png")
    draw_cost(pictures / "cost.png")
    if folder:
        print(f"Written to {folder}")
