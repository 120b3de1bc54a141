import { Agent } from "node:http";
import { Agent as TlsAgent, type AgentOptions as TlsAgentOptions } from "node:https";
import { HttpsProxyAgent } from "https-proxy-agent";
import { getProxyForUrl } from "proxy-from-env";
import { GuardrailsError } from "../errors";
import { isLoopback } from "../settings/address";
import { codeOf, proxyRefused, proxyUnreached, staleConnection } from "./failure";

/**
 * A connection without a request is let go after so many milliseconds, or a second before the service says that it will: load
 * balancers and NATs forget an idle one, some after five seconds, and do not tell. (undici keeps one as long.)
 */
const longestIdle = 4_000;

/**
 * The connections to one address: kept alive, as many as requests may be under way, certificates always checked.
 * Proxies come from `HTTPS_PROXY` and `NO_PROXY` and are used by CONNECT only, so that they never see the credential;
 * loopback is never proxied. `NODE_EXTRA_CA_CERTS` is honoured by Node itself.
 * @throws GuardrailsError of kind `configuration`
 */
export function createAgent(baseUrl: string, maxSockets: number): Agent {
  const url = new URL(baseUrl);
  const options = { keepAlive: true, maxSockets, timeout: longestIdle };
  if (url.protocol === "http:") return tellingStale(new Agent(options));
  if (process.env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0") {
    throw new GuardrailsError("configuration", {
      what: "could not verify: NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off",
      advice: "Unset it; for a corporate certificate authority name its file in NODE_EXTRA_CA_CERTS.",
    });
  }
  const verified = { ...options, rejectUnauthorized: true };
  const proxy = isLoopback(url.hostname) ? "" : getProxyForUrl(baseUrl);
  return tellingStale(proxy === "" ? new TlsAgent(verified) : new TunnelAgent(parseProxy(proxy), verified));
}

/** Closes all connections that have no request: the next ones are made anew. */
export function closeIdle({ freeSockets }: Agent): void {
  for (const socket of Object.values(freeSockets).flatMap((sockets) => sockets ?? [])) socket.destroy();
}

function tellingStale(agent: Agent): Agent {
  const reuse = agent.reuseSocket.bind(agent);
  agent.reuseSocket = (socket, request) => {
    reuse(socket, request);
    // An error that comes later than the answer's first byte is the answer's.
    request.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNRESET" || error.code === "EPIPE") error.code = staleConnection;
    });
  };
  return agent;
}

/**
 * A proxy's refusal must not pass for the service's own answer, which would blame the key; and the connection to a proxy
 * that says nothing must end with its request, or it would keep the process alive.
 */
class TunnelAgent extends HttpsProxyAgent<string> {
  constructor(proxy: URL, options: TlsAgentOptions) {
    super(proxy, options);
    // The library forgets what it was given for connections at rest.
    Object.assign(this.options, { timeout: options.timeout });
  }

  override async connect(...[request, options]: Parameters<HttpsProxyAgent<string>["connect"]>) {
    let status: number | undefined;
    request.once("proxyConnect", ({ statusCode }: { readonly statusCode: number }) => {
      status = statusCode;
    });
    const ended = new AbortController();
    const end = (): void => ended.abort();
    // A request without a socket yet tells of its abort, but is not closed.
    request.once("abort", end).once("close", end);
    // The library reads it before it first waits.
    this.connectOpts = { ...this.connectOpts, signal: ended.signal };
    try {
      const socket = await super.connect(request, options);
      if (status === 200) return socket;
      socket.destroy();
      throw Object.assign(new Error("no tunnel"), { code: `${proxyRefused}${status}` });
    } catch (error) {
      // Before the proxy has answered, the service has not been asked.
      if (status !== undefined) throw error;
      throw Object.assign(new Error("no proxy"), {
        code: `${proxyUnreached}${this.proxy.host} ${codeOf(error)}`,
      });
    } finally {
      request.off("abort", end).off("close", end);
    }
  }
}

/** A proxy's address may hold a password: it is never part of a message. */
function parseProxy(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new GuardrailsError("configuration", {
    what: "could not verify: the proxy named in the environment is not an http or https URL",
    advice: "Fix HTTPS_PROXY, or name the host in NO_PROXY.",
  });
}
