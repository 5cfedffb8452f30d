import { IArtifact, ICell, IConsole, IFrameHead } from "../api/types";
import { IShown } from "../model/captures";
import { DataFigure } from "./DataFigure";
import { Figure, ReadArtifact, isFigure, readJson } from "./Figure";
import { Folded } from "./Folded";
import { FrameTable } from "./FrameTable";
import { useTranslation } from "./translation";

/** How what a cell run left is read. */
export interface ICaptureReading {
  artifact: ReadArtifact;
  console: (executionId: string) => Promise<IConsole>;
  /** The address that downloads an artifact. */
  addressOf: (path: string) => string;
}

export interface IOutputProps {
  cell: ICell;
  shown: IShown;
  reading: ICaptureReading;
}

/** What a cell run printed and showed. */
export function Output({ cell, shown, reading }: IOutputProps): JSX.Element {
  const trans = useTranslation();
  const id = cell.execution_id;
  return (
    <>
      {cell.has_console && (
        <Folded summary={trans.__("Output")} name={id} read={() => reading.console(id)}>
          {({ console, is_cut }) => (
            <>
              {is_cut && <p className="jp-Celltrail-Hint">{trans.__("The end of it:")}</p>}
              <pre tabIndex={0} aria-label={trans.__("Output")}>
                {console}
              </pre>
            </>
          )}
        </Folded>
      )}
      {shown.frames.map(frame => (
        <Folded
          key={frame.path}
          summary={trans.__("Frame %1", nameOf(frame))}
          name={frame.sha256}
          read={() => readJson<IFrameHead>(frame, reading.artifact)}
        >
          {head => <FrameTable head={head} />}
        </Folded>
      ))}
      {shown.figures.map(figure =>
        isFigure(figure) ? (
          <Figure key={figure.path} artifact={figure} read={reading.artifact} />
        ) : (
          <DataFigure
            key={figure.path}
            artifact={figure}
            read={reading.artifact}
            address={reading.addressOf(figure.path)}
          />
        ),
      )}
    </>
  );
}

/** `cells/3/frame-1.json` is number 1. */
function nameOf({ path }: IArtifact): string {
  return /-(\d+)\.\w+$/.exec(path)?.[1] ?? path;
}
