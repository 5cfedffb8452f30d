import { ICandidate } from "../model/captures";
import { CellLink, ShowCell } from "./CellLink";
import { useTranslation } from "./translation";

export interface ICandidatesProps {
  candidates: readonly ICandidate[];
  onShowCell: ShowCell;
}

/** Literals that cells assigned: they may be params, but nobody has said so. */
export function Candidates({ candidates, onShowCell }: ICandidatesProps): JSX.Element | null {
  const trans = useTranslation();
  if (candidates.length === 0) {
    return null;
  }
  const title = trans.__("Assigned in cells (%1)", candidates.length);
  return (
    <details className="jp-Celltrail-Folded">
      <summary>{title}</summary>
      <table className="jp-Celltrail-Table" aria-label={title}>
        <tbody>
          {candidates.map(({ name, value, execution_id }) => (
            <tr key={name}>
              <th scope="row">
                <CellLink name={name} executionId={execution_id} onShowCell={onShowCell} />
              </th>
              <td>
                <code>{value}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
