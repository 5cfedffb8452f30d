import { useTranslation } from "./translation";

/** Show a cell run, by its execution id. */
export type ShowCell = (executionId: string) => void;

export interface ICellLinkProps {
  name: string;
  /** null: nothing is known of the cell run that logged it. */
  executionId: string | null;
  onShowCell: ShowCell;
}

/** The name of a logged value, which leads to the cell run that logged it. */
export function CellLink({ name, executionId, onShowCell }: ICellLinkProps): JSX.Element {
  const trans = useTranslation();
  if (executionId === null) {
    return <>{name}</>;
  }
  return (
    <button
      className="jp-Celltrail-Link"
      title={trans.__("Show the cell that logged it")}
      onClick={() => onShowCell(executionId)}
    >
      {name}
    </button>
  );
}
