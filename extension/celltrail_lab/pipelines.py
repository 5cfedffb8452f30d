"""Makes a pipeline of a notebook, saves it and runs it, for the export dialog."""

from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.utils import ApiPath, ensure_async, to_os_path
from tornado import web

from celltrail.errors import ConflictError, InvalidError, NotFoundError
from celltrail_lab.handlers import CelltrailHandler

YAML_ENDINGS = (".yaml", ".yml")


class FileHandler(CelltrailHandler):
    """A handler that works with files of the Jupyter server."""

    @property
    def contents(self) -> Any:
        """Jupyter's contents manager, which may be synchronous or not, and has no types."""
        return self.contents_manager

    async def existing_file(self, path: str) -> Path:
        """Return where the file at Jupyter's `path` lies on disk.

        Raises NotFoundError if there is none, or only outside Jupyter's folder, or not on disk.
        """
        if not await ensure_async(self.contents.file_exists(path)):
            raise NotFoundError(f"{path} does not exist; save it first")
        root = getattr(self.contents, "root_dir", None)
        file = Path(to_os_path(ApiPath(path.strip("/")), root)) if root else None
        if file is None or not file.is_file():
            raise NotFoundError(f"{path} is not a file on this machine's disk")
        return file


class PreviewHandler(FileHandler):
    """`POST /celltrail/pipelines/preview` {"path", "target"}: the pipeline of a notebook."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answer with name, steps, problems, text and the suggested file name; writes nothing."""
        body = self.json_object()
        path = self.json_text(body, "path")
        file = await self.existing_file(path)
        filename = str(PurePosixPath(path.strip("/")).with_suffix(".yaml"))
        target = self.json_text(body, "target")
        status, answer = await self.shared.previewer.preview(file, target, filename)
        self.answer(answer, status)


class SaveHandler(FileHandler):
    """`POST /celltrail/pipelines/save` {"path", "text", "overwrite"}: write a pipeline file."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answer 201 with the path; 409 if the file exists and may not be replaced."""
        body = self.json_object()
        path = pipeline_path(self.json_text(body, "path"))
        text = self.json_text(body, "text")
        if not body.get("overwrite") and await ensure_async(self.contents.file_exists(path)):
            raise ConflictError(f"{path} exists already; name another file or replace it")
        model = {"type": "file", "format": "text", "content": text}
        await ensure_async(self.contents.save(model, path))
        self.answer({"path": path}, HTTPStatus.CREATED)


class RunHandler(FileHandler):
    """`POST /celltrail/pipelines/run` {"path"}: run a pipeline file on this machine."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answer 202 with the id of the run once the pipeline has one."""
        path = pipeline_path(self.json_text(self.json_object(), "path"))
        file = await self.existing_file(path)
        run_id = await self.shared.runs.start(file)
        self.answer({"run_id": run_id}, HTTPStatus.ACCEPTED)


def pipeline_path(path: str) -> str:
    """Return `path` as Jupyter writes paths; raises InvalidError unless it names a YAML file."""
    name = path.strip("/ ")
    if not name.lower().endswith(YAML_ENDINGS):
        raise InvalidError(f"{path} is no pipeline file: its name must end in .yaml")
    return name
