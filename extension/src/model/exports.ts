import { RequestError } from "../api/errors";
import { TrackingApi } from "../api/tracking";

/**
 * Write a pipeline file; `confirm` is asked before an existing one is replaced.
 *
 * Returns the path that was written, or null if the user wants to keep the old file.
 */
export async function savePipeline(
  api: Pick<TrackingApi, "savePipeline">,
  path: string,
  text: string,
  confirm: (path: string) => Promise<boolean>,
): Promise<string | null> {
  try {
    return (await api.savePipeline(path, text, false)).path;
  } catch (error) {
    if (!(error instanceof RequestError) || error.status !== 409) {
      throw error;
    }
  }
  return (await confirm(path)) ? (await api.savePipeline(path, text, true)).path : null;
}
