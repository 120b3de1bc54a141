import assert from "node:assert/strict";
import type http from "node:http";
import https from "node:https";
import { useServices } from "../http/reading-of";
import { LIST, page, wire } from "./asking";
import { loopbackCertificate } from "./loopback-certificate";

describe("the local service", () => {
  const running = useServices();

  it("holds back an answer for as long as its latency says, and no other one", async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const service = await running({ latency: ({ offset }) => (offset === 0 ? held : 1) });
    let answered = false;
    const first = page(service, "?offset=0").then(() => {
      answered = true;
    });
    await page(service, "?offset=1");
    assert.equal(answered, false);
    release();
    await first;
  });

  it("ends an unanswered request when it is closed, and may be closed again", async () => {
    const service = await running({ faults: [{ kind: "no-answer" }] });
    const closed = new Promise<void>((resolve) => {
      service.afterPage = () => resolve(service.close());
    });
    await assert.rejects(wire(service), { code: "ECONNRESET" });
    await closed;
    await service.close();
  });

  it("serves https to those who trust its certificate only", async () => {
    const tls = await loopbackCertificate();
    const service = await running({ tls });
    const statusFor = (options: https.RequestOptions): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const answered = (message: http.IncomingMessage): void => resolve(message.resume().statusCode);
        https.get(`${service.baseUrl}${LIST}`, options, answered).once("error", reject);
      });
    assert.match(service.baseUrl, /^https:/);
    assert.equal(await statusFor({ ca: tls.cert }), 401);
    await assert.rejects(statusFor({}), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  });
});
