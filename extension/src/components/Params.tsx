import { IParamRecord } from "../api/types";
import { CellLink, ShowCell } from "./CellLink";
import { useTranslation } from "./translation";

export interface IParamsProps {
  params: readonly IParamRecord[];
  onShowCell: ShowCell;
}

/** The params of a run; each leads to the cell that set it. */
export function Params({ params, onShowCell }: IParamsProps): JSX.Element | null {
  const trans = useTranslation();
  if (params.length === 0) {
    return null;
  }
  return (
    <section>
      <h3>{trans.__("Params")}</h3>
      <table className="jp-Celltrail-Table" aria-label={trans.__("Params")}>
        <tbody>
          {params.map(({ key, value, execution_id }) => (
            <tr key={key}>
              <th scope="row">
                <CellLink name={key} executionId={execution_id} onShowCell={onShowCell} />
              </th>
              <td>
                <code>{value}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
