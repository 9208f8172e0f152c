"""What the README and the how-tos tell a newcomer to type is there."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), ROOT / "config/README.md", *sorted((ROOT / "docs").glob("*.md"))]
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@each_page
def test_every_make_target_exists(page: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for target in re.findall(r"(?:^ {4}|`)make ([a-z-]+)", page.read_text(), re.MULTILINE):
        assert target in targets


@each_page
def test_every_named_file_exists(page: Path) -> None:
    for path in re.findall(r"\b(?:config|workflow|profiles|report)/[\w./-]+\.\w+", page.read_text()):
        if path != "profiles/slurm/config.yaml":  # the page tells how to write it
            assert (ROOT / path).exists(), path


@each_page
def test_every_yaml_example_is_yaml(page: Path) -> None:
    for example in re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL):
        assert isinstance(yaml.safe_load(example), dict)


@pytest.mark.tensorflow
def test_architecture_of_the_how_to_is_one() -> None:
    """The example file is built and counted as its page says."""
    import keras
    from cnnbench.models.network.complexity import count_flops, count_parameters

    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/add-an-architecture.md").read_text(), re.DOTALL)
    names: dict[str, object] = {}
    exec(code, names)
    architecture = names["ARCHITECTURE"]
    images = keras.Input(architecture.published.image_shape)
    network = keras.Model(images, architecture.build(images, architecture.published.classes))
    assert count_parameters(network) == architecture.published.parameters
    assert count_flops(network) == architecture.published.flops
