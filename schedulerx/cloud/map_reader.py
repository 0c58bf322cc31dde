"""Gap: a Distributed Map's JSONL reader is refused, and a missing file is a `States.Runtime`.

The Amazon States Language reads one item a line (`InputType: JSONL`), and a reader that cannot
read fails with `States.ItemReaderFailed`.
"""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader import (
    item_reader_decl,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.eval.resource_output_transformer.transformer import (  # noqa: E501  (moto's path)
    ResourceOutputTransformer,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.eval.resource_output_transformer.transformer_factory import (  # noqa: E501  (moto's path)
    resource_output_transformer_for,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.reader_config import (
    input_type as input_types,
)

from schedulerx.cloud.host import Host
from schedulerx.cloud.state_errors import map_failure

JSONL = "JSONL"


def install(host: Host) -> None:
    """Accepts and reads JSONL."""
    original_for = resource_output_transformer_for
    original_eval = item_reader_decl.ItemReader._eval_body  # noqa: SLF001  (moto's own hook)

    def accept(self: Any, input_type: str) -> None:
        known = input_types.InputTypeValue
        self.input_type_value = JSONL if input_type == JSONL else known(input_type)

    def transformer_for(input_type: Any) -> Any:
        return (
            LinesTransformer() if input_type.input_type_value == JSONL else original_for(input_type)
        )

    def read(self: Any, env: Any) -> None:
        try:
            original_eval(self, env)
        except (ClientError, ValueError) as error:
            raise map_failure(env, "StatesItemReaderFailed", str(error)) from error

    host.patch(input_types.InputType, "__init__", accept)
    host.patch(item_reader_decl, "resource_output_transformer_for", transformer_for)
    host.patch(item_reader_decl.ItemReader, "_eval_body", read)


def parse_lines(text: str, limit: int) -> list[Any]:
    """One JSON value a line, blank lines skipped, at most `limit`.

    Raises:
        ValueError: a line is not JSON.
    """
    return [json.loads(line) for line in text.splitlines() if line.strip()][:limit]


class LinesTransformer(ResourceOutputTransformer):
    """Turns the text of a JSON Lines file into the list of items."""

    def _eval_body(self, env: Any) -> None:
        config = env.stack.pop()
        env.stack.append(parse_lines(env.stack.pop(), config["MaxItemsValue"]))
