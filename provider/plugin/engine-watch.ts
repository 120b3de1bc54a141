import { Client, connectivityState, credentials } from "@grpc/grpc-js";

/**
 * Calls back when the engine at this address is gone. However it ends, the connection to it breaks and cannot be made
 * again; an engine that is killed tells its plugins nothing, and they would live on with the key in memory.
 */
export function whenEngineIsGone(address: string, gone: () => void): void {
  // Nothing is sent over it, and by default an idle connection is given up.
  const options = { "grpc.client_idle_timeout_ms": 2 ** 31 - 1 };
  const channel = new Client(address, credentials.createInsecure(), options).getChannel();
  const watch = (): void => {
    const state = channel.getConnectivityState(true);
    if (state === connectivityState.TRANSIENT_FAILURE) gone();
    else channel.watchConnectivityState(state, Number.POSITIVE_INFINITY, watch);
  };
  watch();
}
