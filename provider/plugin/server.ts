import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { createMethods } from "./methods";

/** As Pulumi's SDKs set it: a list of 10,000 rows does not fit into gRPC's usual 4 MB. */
const messageSizes = {
  "grpc.max_receive_message_length": 400 * 1024 * 1024,
  "grpc.max_send_message_length": 400 * 1024 * 1024,
};

/** Serves the provider on loopback. Gives the port. */
export function serve(): Promise<number> {
  const server = new Server(messageSizes);
  server.addService(ResourceProviderService, createMethods());
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}
