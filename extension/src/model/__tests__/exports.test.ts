import { describe, expect, it, vi } from "vitest";

import { RequestError } from "../../api/errors";
import { savePipeline } from "../exports";

/** A folder that refuses to replace files, as the server does. */
function folder(...existing: string[]) {
  const files = new Map(existing.map(path => [path, "old"]));
  const save = async (path: string, text: string, overwrite: boolean) => {
    if (files.has(path) && !overwrite) {
      throw new RequestError(409, `${path} exists already`);
    }
    files.set(path, text);
    return { path };
  };
  return { files, api: { savePipeline: save } };
}

describe("saving a pipeline", () => {
  it("does not ask when the file is new", async () => {
    const { files, api } = folder();
    const confirm = vi.fn();
    expect(await savePipeline(api, "a.yaml", "new", confirm)).toBe("a.yaml");
    expect(files.get("a.yaml")).toBe("new");
    expect(confirm).not.toHaveBeenCalled();
  });

  it("replaces a file only if the user says so", async () => {
    const { files, api } = folder("a.yaml");
    expect(await savePipeline(api, "a.yaml", "new", async () => false)).toBeNull();
    expect(files.get("a.yaml")).toBe("old");
    expect(await savePipeline(api, "a.yaml", "new", async () => true)).toBe("a.yaml");
    expect(files.get("a.yaml")).toBe("new");
  });

  it("passes other failures on", async () => {
    const api = { savePipeline: () => Promise.reject(new RequestError(400, "no pipeline file")) };
    await expect(savePipeline(api, "a.txt", "new", async () => true)).rejects.toThrow(
      "no pipeline",
    );
  });
});
