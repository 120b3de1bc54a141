import { type handleUnaryCall, status } from "@grpc/grpc-js";
import { messageOf } from "../errors";

/** A method of the protocol from a function. A foreign error's text is never relayed: it may quote anything. */
export function unary<Request, Response>(
  method: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return async ({ request }, callback) => {
    try {
      callback(null, await method(request));
    } catch (error) {
      callback({ code: status.UNKNOWN, details: messageOf(error) });
    }
  };
}
