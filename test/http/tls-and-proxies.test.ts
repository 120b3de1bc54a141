import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { LOCAL_MANAGEMENT_KEY } from "../../local-service/index";
import { GuardrailsError } from "../../provider/errors";
import { loopbackCertificate } from "../local-service/loopback-certificate";
import { readingOf, refusalOf, useServices } from "./reading-of";

/** Sets environment variables for one test. Call it inside `describe`. */
function useEnvironment(names: readonly string[]): (values: Readonly<Record<string, string>>) => void {
  const before = new Map<string, string | undefined>();
  const clear = (): void => {
    for (const name of names) delete process.env[name];
  };
  beforeEach(() => {
    for (const name of names) before.set(name, process.env[name]);
    clear();
  });
  afterEach(() => {
    clear();
    for (const [name, value] of before) if (value !== undefined) process.env[name] = value;
  });
  return (values) => Object.assign(process.env, values);
}

/** A proxy that leads every tunnel to one port, or turns it away, and keeps what it saw. */
class TunnelProxy {
  readonly seen: string[] = [];
  readonly #clients = new Set<Duplex>();
  readonly #server: Server;

  constructor(leadTo: number | "403" | "502" | "silence" | "hang up") {
    this.#server = createServer((_, response) => {
      this.seen.push("a plain request");
      response.writeHead(500).end();
    });
    this.#server.on("connect", ({ url = "", rawHeaders }, client: Duplex) => {
      this.seen.push(`${url} ${rawHeaders.join(" ")}`);
      this.#clients.add(client);
      client.on("close", () => this.#clients.delete(client)).on("error", () => client.destroy());
      // An HTTP server leaves its half of a detached connection open, and notices its end only while it reads.
      client.on("end", () => client.end()).resume();
      if (leadTo === "silence") return;
      if (typeof leadTo === "string") {
        client.on("data", (data: Buffer) => this.seen.push(data.toString()));
        client.end(leadTo === "hang up" ? "" : `HTTP/1.1 ${leadTo} No\r\ncontent-length: 0\r\n\r\n`);
        return;
      }
      const target = connect(leadTo, "127.0.0.1", () => {
        client.write("HTTP/1.1 200 OK\r\n\r\n");
        client.pipe(target).pipe(client);
      });
      target.on("error", () => client.destroy());
      client.on("error", () => target.destroy());
    });
  }

  /** Its address, for `HTTPS_PROXY`. */
  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Until its clients have closed all their connections. */
  async left(): Promise<void> {
    while (this.#clients.size > 0) await new Promise(setImmediate);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    for (const client of this.#clients) client.destroy();
  }
}

const proxyVariables = [
  "HTTPS_PROXY",
  "https_proxy",
  "HTTP_PROXY",
  "http_proxy",
  "ALL_PROXY",
  "all_proxy",
  "NO_PROXY",
  "no_proxy",
];

describe("a TLS connection", () => {
  const start = useServices();
  const setEnvironment = useEnvironment(["NODE_TLS_REJECT_UNAUTHORIZED", ...proxyVariables]);

  it("to a certificate nobody vouches for is refused before the key is sent", async () => {
    const service = await start({ tls: await loopbackCertificate() });
    const error = await refusalOf(readingOf(service.baseUrl).readAll(), service.baseUrl);
    assert.equal(error.kind, "network");
    assert.match(
      error.message,
      /no trusted TLS connection \(DEPTH_ZERO_SELF_SIGNED_CERT\).*NODE_EXTRA_CA_CERTS/su,
    );
    assert.equal(error.attempts, 1);
    assert.equal(service.requests.length, 0);
  });

  it("to a server that speaks no TLS is refused", async () => {
    const service = await start();
    const baseUrl = service.baseUrl.replace("http:", "https:");
    const error = await refusalOf(readingOf(baseUrl).readAll(), baseUrl);
    assert.match(
      error.message,
      /the server does not speak TLS \(\w+\).* write http:\/\/ instead of https:\/\//su,
    );
    assert.doesNotMatch(error.message, /certificate/u);
    assert.equal(error.attempts, 1);
    assert.equal(service.requests.length, 0);
  });

  it("is refused where the environment switches its verification off", async () => {
    setEnvironment({ NODE_TLS_REJECT_UNAUTHORIZED: "0" });
    const service = await start({ tls: await loopbackCertificate() });
    const error = await readingOf(service.baseUrl)
      .readAll()
      .catch((reason: unknown) => reason);
    assert(error instanceof GuardrailsError && error.kind === "configuration");
    assert.match(error.message, /NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off/u);
    assert.equal(service.requests.length, 0);
  });
});

describe("a proxy", () => {
  const start = useServices();
  const setEnvironment = useEnvironment(proxyVariables);
  const proxies: TunnelProxy[] = [];
  afterEach(() => {
    for (const proxy of proxies.splice(0)) proxy.close();
  });
  const startProxy = async (leadTo: ConstructorParameters<typeof TunnelProxy>[0]): Promise<TunnelProxy> => {
    const proxy = new TunnelProxy(leadTo);
    proxies.push(proxy);
    setEnvironment({ HTTPS_PROXY: await proxy.start() });
    return proxy;
  };
  const baseUrl = "https://gateway.example/api/v1";

  it("gets a tunnel's address and never the key, and the far end's certificate is checked", async () => {
    const service = await start({ tls: await loopbackCertificate() });
    const proxy = await startProxy(Number(new URL(service.baseUrl).port));
    const error = await refusalOf(readingOf(baseUrl).readAll(), baseUrl);
    assert.match(error.message, /no trusted TLS connection/u);
    assert.match(proxy.seen.join(), /^gateway\.example:443 /u);
    assert(!proxy.seen.join().includes(LOCAL_MANAGEMENT_KEY));
    assert.equal(service.requests.length, 0);
  });

  for (const [what, leadTo, message, attempts] of [
    ["forbids the tunnel", "403", /the proxy did not open a tunnel \(it answered 403\).*HTTPS_PROXY/su, 1],
    ["cannot open the tunnel", "502", /the proxy did not open a tunnel \(it answered 502\)/u, 4],
    [
      "hangs up",
      "hang up",
      /the proxy 127\.0\.0\.1:\d+ could not be used: the connection failed.*HTTPS_PROXY/su,
      4,
    ],
    ["says nothing", "silence", /gave no answer within 0\.3 s.*HTTPS_PROXY/su, 4],
  ] as const) {
    it(`that ${what} is named as the cause and gets no key`, async () => {
      const proxy = await startProxy(leadTo);
      const requestTimeout = leadTo === "silence" ? 0.3 : 10;
      const error = await refusalOf(readingOf(baseUrl, { requestTimeout }).readAll(), baseUrl);
      assert.match(error.message, message);
      assert.equal(error.attempts, attempts);
      assert.equal(proxy.seen.length, attempts);
      await proxy.left();
      assert(!/bearer/iu.test(proxy.seen.join()), proxy.seen.join());
    });
  }

  it("that is not there is named, without its password, and not the service", async () => {
    const proxy = await startProxy("403");
    const address = new URL(process.env["HTTPS_PROXY"] ?? "");
    proxy.close();
    setEnvironment({ HTTPS_PROXY: `http://user:hidden-word@${address.host}` });
    const error = await refusalOf(readingOf(baseUrl).readAll(), baseUrl);
    assert(
      error.message.includes(`the proxy ${address.host} could not be used: the connection was refused`),
      error.message,
    );
    assert.match(error.message, /Check HTTPS_PROXY/u);
    assert.doesNotMatch(error.message, /hidden-word/u);
    assert(error.isOutage);
  });

  it("is left by a connection that nobody used for a few seconds, as any service is", async function () {
    this.timeout(60_000);
    const { cert, key } = await loopbackCertificate(new URL(baseUrl).hostname);
    const service = await start({ tls: { cert, key } });
    const proxy = await startProxy(Number(new URL(service.baseUrl).port));
    const folder = mkdtempSync(join(tmpdir(), "guardrails-"));
    const authority = join(folder, "authority.pem");
    writeFileSync(authority, cert);
    const reading = `new KeyAssignmentsClient().readAll().then(({ assignments }) => {
      process.stdout.write(String(assignments.length));
      setInterval(() => undefined, 1_000);
    })`;
    const script = `const { KeyAssignmentsClient } = require(${JSON.stringify(require.resolve("../../provider/client"))}); ${reading}`;
    const reader = spawn(process.execPath, ["-e", script], {
      env: {
        ...process.env,
        NODE_EXTRA_CA_CERTS: authority,
        GUARDRAILS_BASE_URL: baseUrl,
        GUARDRAILS_MANAGEMENT_KEY: LOCAL_MANAGEMENT_KEY,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const [said] = await once(reader.stdout, "data");
      assert.equal(String(said), "3");
      await proxy.left();
    } finally {
      reader.kill();
      rmSync(folder, { recursive: true });
    }
  });

  it("that is not there is named among what to check", async () => {
    const proxy = await startProxy("403");
    proxy.close();
    const error = await refusalOf(readingOf(baseUrl).readAll(), baseUrl);
    assert.match(error.message, /the connection was refused.*HTTPS_PROXY/su);
    assert.equal(error.attempts, 4);
  });

  it("of an unknown kind is refused without showing its address", async () => {
    setEnvironment({ HTTPS_PROXY: "socks://user:hunter2@proxy.example" });
    const error = await readingOf(baseUrl)
      .readAll()
      .catch((reason: unknown) => reason);
    assert(error instanceof GuardrailsError && error.kind === "configuration");
    assert.match(error.message, /not an http or https URL.*HTTPS_PROXY/su);
    assert(!error.message.includes("hunter2"));
  });

  it("is never used for this machine itself", async () => {
    const proxy = await startProxy("403");
    setEnvironment({ HTTP_PROXY: process.env["HTTPS_PROXY"] ?? "" });
    const plain = await start();
    assert.equal((await readingOf(plain.baseUrl).readAll()).assignments.length, 3);
    const secure = await start({ tls: await loopbackCertificate() });
    await refusalOf(readingOf(secure.baseUrl).readAll(), secure.baseUrl);
    assert.deepEqual(proxy.seen, []);
  });
});
