import { describe, expect, it } from "vitest";

import { EventParser } from "../events";

describe("server-sent events", () => {
  it("come out whole wherever the chunks end", () => {
    const text = 'event: hello\ndata: {}\n\nevent: run\ndata: {"run_id": "a"}\n\n';
    const whole = new EventParser().push(text);
    for (let cut = 1; cut < text.length; cut++) {
      const parser = new EventParser();
      const pieces = [...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))];
      expect(pieces).toEqual(whole);
    }
    expect(whole).toEqual([
      { event: "hello", data: "{}" },
      { event: "run", data: '{"run_id": "a"}' },
    ]);
  });

  it("may end their lines as on any system", () => {
    const parser = new EventParser();
    const texts = ["event: a\r\ndata: 1\r", "\n\r\n", "data: 2\rdata: 3\r\r", "\n"];
    expect(texts.flatMap(text => parser.push(text))).toEqual([
      { event: "a", data: "1" },
      { event: "message", data: "2\n3" },
    ]);
  });

  it("are not made of comments, of unknown fields, or of nothing", () => {
    expect(new EventParser().push(": ping\n\nid: 4\nretry: 10\n\n\n\nevent: run\n\n")).toEqual([]);
  });
});
