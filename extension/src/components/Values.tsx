import { CellLink, ShowCell } from "./CellLink";

export interface IValue {
  name: string;
  value: string;
  execution_id: string | null;
}

export interface IValuesProps {
  label: string;
  values: readonly IValue[];
  onShowCell: ShowCell;
}

/** Names with their values; each leads to the cell that set it. */
export function Values({ label, values, onShowCell }: IValuesProps): JSX.Element {
  return (
    <table className="jp-Celltrail-Table" aria-label={label}>
      <tbody>
        {values.map(({ name, value, execution_id }) => (
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
  );
}
