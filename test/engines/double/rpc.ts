import {
  type ChannelCredentials,
  credentials,
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type ServiceError,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { RunFailed } from "./run-failed";

/** As the SDKs set it: a list of 10,000 rows does not fit into gRPC's usual 4 MB. */
const options = {
  "grpc.max_receive_message_length": 400 * 1024 * 1024,
  "grpc.max_send_message_length": 400 * 1024 * 1024,
  // A developer's proxy is no way to this machine's own ports.
  "grpc.enable_http_proxy": 0,
};

interface Client {
  close(): void;
}

/** Connects to a child on this machine until the pass ends. */
export function connect<C extends Client>(
  Client: new (address: string, credentials: ChannelCredentials, options: object) => C,
  port: number,
  end: AbortSignal,
): C {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), options);
  end.addEventListener("abort", () => client.close(), { once: true });
  return client;
}

/** The answer of a unary method. @throws RunFailed with the other side's words. */
export function ask<Response>(
  call: (callback: (error: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error ? reject(new RunFailed(error.details)) : resolve(response)));
  });
}

/** A unary method from a function. What it throws ends the run; the caller is told what a closing monitor tells. */
export function answer<Request, Response>(
  respond: (request: Request) => Response | Promise<Response>,
  fail: (reason: unknown) => void,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve(call.request)
      .then(respond)
      .then(
        (response) => callback(null, response),
        (reason: unknown) => {
          fail(reason);
          callback({ code: status.CANCELLED, details: "the deployment was cancelled" });
        },
      );
  };
}

/** Serves on loopback until the pass ends. Gives the address. */
export async function serve(
  services: readonly (readonly [ServiceDefinition, UntypedServiceImplementation])[],
  end: AbortSignal,
): Promise<string> {
  const server = new Server(options);
  for (const [definition, implementation] of services) server.addService(definition, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
  end.addEventListener("abort", () => server.forceShutdown(), { once: true });
  return `127.0.0.1:${port}`;
}
