from __future__ import annotations

from click.testing import CliRunner

from ecr_doctor.cli.main import cli


def test_what_others_wrote_is_made_harmless() -> None:
    image = "\x1b]0;title\x07host.example/x" + "y" * 5000

    text = CliRunner().invoke(cli, ["fix", image, "--no-pull"], standalone_mode=False).stdout

    assert "\x1b" not in text
    assert "\x07" not in text
    assert max(map(len, text.splitlines())) < 2200
