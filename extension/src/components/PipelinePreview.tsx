import { IPipelinePreview, IPipelineStep, IProblem } from "../api/types";
import { useTranslation } from "./translation";

export interface IPipelinePreviewProps {
  preview: IPipelinePreview;
  filename: string;
  onFilename: (filename: string) => void;
}

/** What an export will write: problems, steps, the file's name and its text. */
export function PipelinePreview(props: IPipelinePreviewProps): JSX.Element {
  const { preview, filename, onFilename } = props;
  const trans = useTranslation();
  return (
    <div className="jp-Celltrail-Preview">
      {preview.problems.length > 0 && <Problems problems={preview.problems} />}
      {preview.text && (
        <label className="jp-Celltrail-Filename">
          {trans.__("File")}
          <input
            className="jp-mod-styled"
            value={filename}
            onChange={event => onFilename(event.target.value)}
          />
        </label>
      )}
      <ol className="jp-Celltrail-Steps" aria-label={trans.__("Steps")}>
        {preview.steps.map(step => (
          <Step key={step.name} step={step} />
        ))}
      </ol>
      {preview.params.length > 0 && (
        <p className="jp-Celltrail-Params">
          {trans.__("Parameters of the pipeline:")}{" "}
          <code>{preview.params.map(param => `${param.name}=${param.default}`).join(", ")}</code>
        </p>
      )}
      {preview.text && (
        <details>
          <summary>{trans.__("YAML")}</summary>
          <pre>{preview.text}</pre>
        </details>
      )}
    </div>
  );
}

function Problems({ problems }: { problems: readonly IProblem[] }): JSX.Element {
  const trans = useTranslation();
  return (
    <ul className="jp-Celltrail-Problems" aria-label={trans.__("Problems")}>
      {problems.map((problem, index) => (
        <li key={index} data-severity={problem.severity}>
          <strong>
            {problem.severity === "error" ? trans.__("Error") : trans.__("Warning")}
            {problem.cell === null ? "" : ` (${trans.__("cell %1", problem.cell)})`}:{" "}
          </strong>
          {problem.message}
        </li>
      ))}
    </ul>
  );
}

function Step({ step }: { step: IPipelineStep }): JSX.Element {
  const trans = useTranslation();
  const { name, cells, inputs, outputs, params, source } = step;
  return (
    <li className="jp-Celltrail-Step">
      <details>
        <summary>
          <strong>{name}</strong>
          <span className="jp-Celltrail-Aside">
            {trans._n("cell %2", "cells %2", cells.length, cells.join(", "))}
          </span>
        </summary>
        <pre>{source}</pre>
      </details>
      <p className="jp-Celltrail-Flow">
        {inputs.length > 0 ? <code>{inputs.join(", ")}</code> : <span>{trans.__("nothing")}</span>}
        <span aria-label={trans.__("becomes")}>→</span>
        {outputs.length > 0 ? (
          <code>{outputs.join(", ")}</code>
        ) : (
          <span>{trans.__("nothing")}</span>
        )}
      </p>
      {params.length > 0 && (
        <p className="jp-Celltrail-Flow">
          {trans.__("params")}: <code>{params.join(", ")}</code>
        </p>
      )}
    </li>
  );
}
