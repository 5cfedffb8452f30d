import { URLExt } from "@jupyterlab/coreutils";
import { ServerConnection } from "@jupyterlab/services";

import { RequestError } from "./errors";

/** HTTP to the Jupyter server that Lab runs on; it passes requests on with the user's token. */
export class Connection {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  /** The address of `path` under `/celltrail`, for links. */
  address(path: string, query: Record<string, string> = {}): string {
    const search = new URLSearchParams(query).toString();
    const url = URLExt.join(this._settings.baseUrl, "celltrail", path);
    return search ? `${url}?${search}` : url;
  }

  /** Get JSON. Raises RequestError with the server's own message. */
  async get<T>(path: string, query?: Record<string, string>): Promise<T> {
    const response = await this._send(this.address(path, query), { method: "GET" });
    return (await response.json()) as T;
  }

  /** Post JSON and get JSON. Raises RequestError with the server's own message. */
  async post<T>(path: string, body: object): Promise<T> {
    const init = { method: "POST", body: JSON.stringify(body) };
    const response = await this._send(this.address(path), init);
    return (await response.json()) as T;
  }

  /** Get bytes. Raises RequestError. */
  async getBytes(path: string, signal?: AbortSignal): Promise<ArrayBuffer> {
    const response = await this._send(this.address(path), { method: "GET", signal });
    return response.arrayBuffer();
  }

  /** Open a response that is read while it arrives. Raises RequestError. */
  async open(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const init = { method: "GET", signal, headers: { Accept: "text/event-stream" } };
    const response = await this._send(this.address(path), init);
    if (!response.body) {
      throw new RequestError(0, "The browser cannot read a stream.");
    }
    return response.body;
  }

  private async _send(url: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, init, this._settings);
    } catch (error) {
      if (init.signal?.aborted) {
        throw error;
      }
      throw new RequestError(0, "The Jupyter server does not answer.");
    }
    if (!response.ok) {
      throw new RequestError(response.status, await messageOf(response));
    }
    return response;
  }
}

async function messageOf(response: Response): Promise<string> {
  try {
    const body = (await response.json()) as { message?: unknown };
    if (typeof body.message === "string" && body.message) {
      return body.message;
    }
  } catch {
    // Not JSON: a proxy's page. The status says more than its HTML.
  }
  return `The Jupyter server answered ${response.status} ${response.statusText}.`;
}
