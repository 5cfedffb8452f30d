import { IParamRecord } from "../api/types";
import { ShowCell } from "./CellLink";
import { useTranslation } from "./translation";
import { Values } from "./Values";

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
  const values = params.map(({ key, ...rest }) => ({ name: key, ...rest }));
  return (
    <section>
      <h3>{trans.__("Params")}</h3>
      <Values label={trans.__("Params")} values={values} onShowCell={onShowCell} />
    </section>
  );
}
