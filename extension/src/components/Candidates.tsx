import { ICandidate } from "../model/captures";
import { ShowCell } from "./CellLink";
import { useTranslation } from "./translation";
import { Values } from "./Values";

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
      <Values label={title} values={candidates} onShowCell={onShowCell} />
    </details>
  );
}
