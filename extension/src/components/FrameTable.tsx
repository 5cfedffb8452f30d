import { FrameValue, IFrameHead } from "../api/types";
import { useTranslation } from "./translation";

/** The head of a frame: its shape, its columns with their types, and its first rows. */
export function FrameTable({ head }: { head: IFrameHead }): JSX.Element {
  const trans = useTranslation();
  const { kind, row_count, column_count, columns, rows, index } = head;
  const shape = trans.__("%1, %2 rows, %3 columns", kind, row_count, column_count);
  return (
    <div className="jp-Celltrail-Frame" tabIndex={0} role="region" aria-label={shape}>
      <table className="jp-Celltrail-Table">
        <caption>{shape}</caption>
        <thead>
          <tr>
            {index && <td />}
            {columns.map(({ name, type }, place) => (
              <th key={place} scope="col">
                {name} <span className="jp-Celltrail-Aside">{type}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            <tr key={place}>
              {index && <th scope="row">{text(index[place])}</th>}
              {row.map((value, column) => (
                <td key={column}>{text(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function text(value: FrameValue): string {
  return value === null ? "–" : String(value);
}
