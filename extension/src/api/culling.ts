import { Connection } from "./connection";
import { ICullingState } from "./types";

/** What the hub has told this server about its end. Every request may raise RequestError. */
export class CullingApi {
  constructor(private readonly _connection: Connection) {}

  state(): Promise<ICullingState> {
    return this._connection.get("culling");
  }

  /** Ask the hub to spare this server for so long from now. */
  keep(seconds: number): Promise<ICullingState> {
    return this._connection.post("culling/keep", { seconds });
  }
}
