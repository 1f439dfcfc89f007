"""An MCP server by other hands: FastMCP with its tasks extension, over stdio or Streamable HTTP."""

import asyncio
import sys
from datetime import timedelta

from fastmcp import Context, FastMCP
from fastmcp.utilities.tasks import TaskConfig
from fastmcp_tasks import TasksExtension
from mcp_types import ElicitRequest, ElicitRequestFormParams, InputRequiredResult

mcp = FastMCP("fastmcp-peer")
mcp.add_extension(TasksExtension())

often = TaskConfig(poll_interval=timedelta(milliseconds=200))


@mcp.tool(task=often)
async def count(to: int, ctx: Context) -> str:
    for number in range(to):
        await asyncio.sleep(0.2)
        await ctx.report_progress(number + 1, to)
    return f"counted to {to}"


@mcp.tool(task=TaskConfig(mode="required", poll_interval=timedelta(milliseconds=200)))
async def endless() -> str:
    await asyncio.sleep(3600)
    return "never"


@mcp.tool(task=often)
async def fails() -> str:
    raise ValueError("it went wrong")


@mcp.tool(task=often)
async def asks(ctx: Context) -> str | InputRequiredResult:
    if ctx.input_responses is None:
        question = ElicitRequestFormParams(
            message="Which colour?",
            requested_schema={"type": "object", "properties": {"value": {"type": "string"}}, "required": ["value"]},
        )
        return InputRequiredResult(input_requests={"colour": ElicitRequest(params=question)})
    answer = ctx.input_responses["colour"]
    return f"{answer.action}: {(answer.content or {}).get('value')}"


@mcp.tool
def plain(text: str) -> str:
    return text.upper()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        mcp.run(transport="http", host="127.0.0.1", port=int(sys.argv[1]), show_banner=False)
    else:
        mcp.run(show_banner=False)
