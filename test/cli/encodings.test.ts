import assert from "node:assert/strict";
import { useServices } from "../http/reading-of";
import { row } from "../policies/builders";
import { environmentFor, ruled, useFiles } from "./run-command";
import { runHere } from "./run-here";

const configuration = JSON.stringify(ruled({ requiredKeys: [{ hash: row(1).keyHash }] }));
const mark = "\ufeff";

describe("a file that the command reads", () => {
  const running = useServices();
  const write = useFiles();

  const inUtf16: Readonly<Record<string, (text: string) => Buffer>> = {
    "with its mark": (text) => Buffer.from(`${mark}${text}`, "utf16le"),
    "without a mark": (text) => Buffer.from(text, "utf16le"),
    "with the higher byte first": (text) => Buffer.from(`${mark}${text}`, "utf16le").swap16(),
  };
  for (const [title, encoded] of Object.entries(inUtf16)) {
    it(`is refused for what it is where it is in UTF-16 ${title}, with what to do`, async () => {
      const service = await running();
      const config = write(encoded(configuration));
      const baseline = write(encoded("{}"));
      for (const argv of [
        ["check", "--config", config],
        ["explain", "prod-gateway", "--config", config],
        ["check", "--config", write(configuration), "--baseline", baseline],
      ]) {
        const { status, out, err } = await runHere(argv, environmentFor(service));
        assert.deepEqual([status, out, service.requests.length], [2, "", 0]);
        assert.match(err, /is written in UTF-16, as PowerShell's > writes it\. Save it as UTF-8; /u);
      }
    });
  }

  it("is refused in UTF-16 from standard input too", async () => {
    const input = async () => Buffer.from(`${mark}${configuration}`, "utf16le").toString("utf8");
    const { status, err } = await runHere(["check", "--config", "-"], {}, { input });
    assert.equal(status, 2);
    assert.match(err, /^pulumi-guardrails: standard input is written in UTF-16/u);
  });

  it("may begin with the byte order mark of UTF-8", async () => {
    const environment = environmentFor(await running());
    const config = write(mark + configuration);
    const { status, out } = await runHere(["check", "--config", config, "--format", "json"], environment);
    assert.equal(status, 0);
    const baseline = write(mark + out);
    const again = await runHere(["check", "--config", config, "--baseline", baseline], environment);
    assert.match(again.out, /^since .*: 0 new, 0 fixed/mu);
  });

  it("is refused with that mark where it is asked whether the engine takes it, because the engine does not", async () => {
    const { status, err } = await runHere(["check", "--validate", "--config", write(mark + configuration)]);
    assert.equal(status, 2);
    assert.match(
      err,
      /begins with a byte order mark, which the engine refuses\. Save it as UTF-8 without one\./u,
    );
  });
});
